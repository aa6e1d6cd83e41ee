import { createRandom, InvalidInputError } from '@cxrkit/core';
import { type GrayImage, readImage } from '@cxrkit/core/image';
import { findingStates, parseFindings, type SynthesisRow } from '@cxrkit/cxr-irgen';
import { withNegatives } from '../../synth/asked-negatives.js';
import { isDataset, readPictures } from '../../synth/data-pictures.js';
import { type ReferencePictures, readReferences } from '../../synth/reference-pictures.js';
import type { AskedRow } from '../../synth/row-origins.js';
import { readSynthesisRows } from '../../synth/synthesis-rows.js';
import { UsageError } from '../../terminal/usage-error.js';
import type { SynthOptions } from './synth-options.js';

/** What is common to all rows. */
type Common = Pick<SynthesisRow, 'count' | 'reference' | 'truncate'>;

/** Names the stream of random numbers by which `--max-rows` draws. */
const ROW_STREAM = 0x703;

/**
 * Reads what shall be made.
 *
 * @throws {@link UsageError} for options that do not go together; {@link InvalidInputError} naming file and line.
 */
export async function readAskedRows(
  options: SynthOptions,
  signal: AbortSignal,
): Promise<AskedRow[]> {
  checkOptions(options);
  const { reference: path, references, preset, count, truncate, sources } = options;
  const reference = path !== undefined && {
    reference: { image: await readPicture(path, signal), id: path },
  };
  const { pick = preset === 'faithful' ? 'first' : 'random' } = options;
  const match = preset === 'faithful' ? 'exact' : 'positives';
  const table = references && (await readReferences(references, { pick, match, sources }));
  const rows = await readSubjects(options, { count, truncate, ...reference }, signal);
  return sampled(rows, options).map((asked) => referenced(asked, table));
}

/** Reads a picture that an option names. */
export async function readPicture(path: string, signal: AbortSignal): Promise<GrayImage> {
  return (await readImage(path, { signal })).image;
}

function checkOptions(options: SynthOptions): void {
  const { findings, prompt, from, reference, references, pick, maxRows, split, negatives } =
    options;
  const given = [findings, prompt, from].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('Give one of --findings, --prompt and --from.');
  if (references !== undefined && reference !== undefined)
    throw new UsageError('Give either --reference or --references.');
  if (pick !== undefined && references === undefined)
    throw new UsageError('--pick chooses among the pictures of --references.');
  if (options.sources !== undefined && (from ?? references) === undefined)
    throw new UsageError('--sources needs data sets of --from or --references.');
  const ofRows = Object.entries({ maxRows, split, negatives });
  const [name] = ofRows.find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined && from === undefined)
    throw new UsageError(`--${name === 'maxRows' ? 'max-rows' : name} needs rows of --from.`);
}

async function readSubjects(
  options: SynthOptions,
  common: Common,
  signal: AbortSignal,
): Promise<AskedRow[]> {
  const { findings, prompt, from } = options;
  if (prompt !== undefined) return [{ row: { ...common, prompt } }];
  if (from === undefined) return [{ row: { ...common, findings: parseFindings(findings ?? '') } }];
  const rows: AskedRow[] = [];
  for (const path of from)
    if (await isDataset(path)) rows.push(...(await pictureRows(path, options, common)));
    else if (options.split ?? options.negatives)
      throw new UsageError(
        `--split and --negatives are of data sets; ${path} is a file of labels.`,
      );
    else rows.push(...(await readSynthesisRows(path, common, signal)).map((row) => ({ row })));
  return rows;
}

/** A row a picture of the split, with its findings. */
async function pictureRows(
  path: string,
  options: SynthOptions,
  common: Common,
): Promise<AskedRow[]> {
  const { split = 'val', sources, preset, seed = 0 } = options;
  // As the denoiser was trained.
  const { negatives = preset === 'faithful' ? 'all' : 'some' } = options;
  const all = await readPictures([path], sources);
  const pictures = all.filter(({ item }) => item.split === split);
  if (pictures.length === 0)
    throw new InvalidInputError('--from', `pictures of the ${split} split in ${path}`, all.length);
  return pictures.map((picture, i) => {
    const states = findingStates(picture.item.findings);
    return { row: { ...common, findings: withNegatives(states, negatives, [seed, i]) }, picture };
  });
}

/** Some of the rows in their order, any as likely as any other. */
function sampled(rows: readonly AskedRow[], { maxRows, seed = 0 }: SynthOptions): AskedRow[] {
  if (maxRows === undefined || maxRows >= rows.length) return [...rows];
  const order = createRandom(seed, ROW_STREAM).shuffle([...rows.keys()]);
  return order
    .slice(0, maxRows)
    .sort((a, b) => a - b)
    .map((i) => rows[i]);
}

/** A reference that the row names itself stays. */
function referenced(asked: AskedRow, table: ReferencePictures | undefined): AskedRow {
  const { row, picture } = asked;
  if (table === undefined || row.reference !== undefined) return asked;
  if (row.findings === undefined)
    throw new UsageError('--references are looked up by findings; a prompt has none.');
  const reference = table.referenceFor(row.findings, picture);
  return reference === undefined ? asked : { row: { ...row, reference }, picture };
}
