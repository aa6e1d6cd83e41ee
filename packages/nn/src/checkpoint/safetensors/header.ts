import { exactBytes, isDims } from '../checkpoint.js';
import { FormatError } from '../format-error.js';
import { isStoredType, STORED_BYTES, type StoredType } from '../stored-type.js';

/** Longest header read, in bytes; the reference implementation's limit. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Where one tensor lies; `start` and `end` count from the first byte after the header. */
export interface SafetensorsEntry {
  readonly stored: StoredType;
  readonly dims: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** What a header says, checked. */
interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Parses the JSON header of a safetensors file.
 *
 * @param dataBytes - Length of what follows the header; the tensors must cover it without gap or overlap.
 * @throws {@link FormatError} for anything the format does not allow.
 * @see https://github.com/huggingface/safetensors, README, "Format".
 */
export function parseHeader(text: string, dataBytes: number): SafetensorsHeader {
  const root = parseObject(text);
  const { __metadata__: rawMetadata = {}, ...rawEntries } = root;
  const metadata = parseMetadata(rawMetadata);
  const entries = new Map(
    Object.entries(rawEntries).map(([name, raw]) => [name, parseEntry(name, raw)]),
  );
  const fields = Object.keys(root).length + Object.keys(metadata).length + 3 * entries.size;
  if (countColons(text) !== fields)
    throw new FormatError(
      'its header names a tensor or field twice; it was not written by safetensors',
    );
  checkLayout(entries, dataBytes);
  return { entries, metadata };
}

function parseObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) throw new FormatError('its header is no JSON object');
  try {
    const root: unknown = JSON.parse(text);
    if (isObject(root)) return root;
  } catch (error) {
    throw new FormatError('its header is no valid JSON; the file is damaged', { cause: error });
  }
  throw new FormatError('its header is no JSON object');
}

function parseMetadata(raw: unknown): Record<string, string> {
  if (isObject(raw)) {
    const pairs = Object.entries(raw).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    );
    if (pairs.length === Object.keys(raw).length) return Object.fromEntries(pairs);
  }
  throw new FormatError('its __metadata__ is not a map from text to text');
}

function parseEntry(name: string, raw: unknown): SafetensorsEntry {
  if (!isObject(raw) || Object.keys(raw).length !== 3)
    throw new FormatError(`tensor ${name} is not described by dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = raw;
  if (!isStoredType(dtype))
    throw new FormatError(
      `tensor ${name} has the element type ${JSON.stringify(dtype)}; expected one of ${Object.keys(STORED_BYTES).join(', ')}`,
    );
  if (!isDims(shape) || !isDims(offsets) || offsets.length !== 2)
    throw new FormatError(`tensor ${name} has no valid shape or data_offsets`);
  const [start, end] = offsets;
  const bytes = exactBytes(shape, STORED_BYTES[dtype]);
  if (end - start !== bytes)
    throw new FormatError(
      `tensor ${name} (${dtype}, [${shape.join(', ')}]) needs ${bytes} bytes, its offsets give ${end - start}`,
    );
  return { stored: dtype, dims: shape, start, end };
}

function checkLayout(entries: ReadonlyMap<string, SafetensorsEntry>, dataBytes: number): void {
  const sorted = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let position = 0;
  for (const [name, { start, end }] of sorted) {
    if (start !== position)
      throw new FormatError(
        `tensor ${name} starts at byte ${start} of the data, expected ${position} (tensors may neither overlap nor leave gaps)`,
      );
    position = end;
  }
  if (position !== dataBytes)
    throw new FormatError(
      `its tensors need ${position} bytes, it has ${dataBytes}; the file is cut or damaged`,
    );
}

// JSON.parse keeps the last of two equal keys in silence; a colon outside text stands for each one written.
function countColons(json: string): number {
  let colons = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') inText = !inText;
    else if (inText && character === '\\') i++;
    else if (!inText && character === ':') colons++;
  }
  return colons;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
