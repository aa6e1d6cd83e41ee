import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InvalidInputError } from '@cxrkit/core';

/** What the decoder writes for bytes that are no text in the encoding. */
export const UNDECODABLE = '\ufffd';

/** How the text of a file is read. */
export interface DecodeOptions {
  /** A label of the WHATWG Encoding Standard; a byte order mark in the file wins. @defaultValue 'utf-8' */
  readonly encoding?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams the text of a file, unpacked if it is gzip, without its byte order mark; bytes that are no text in the
 * encoding come as {@link UNDECODABLE}.
 *
 * @throws {@link InvalidInputError} if the file cannot be read.
 */
export async function* decodeFile(
  path: string,
  { encoding = 'utf-8', signal }: DecodeOptions = {},
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const bytes of readBytes(path)) {
    signal?.throwIfAborted();
    decoder ??= new TextDecoder(markedEncoding(bytes) ?? encoding);
    yield decoder.decode(bytes, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
}

/** Streams the lines of a file; a line ends with LF or CRLF. */
export async function* textLines(path: string, options?: DecodeOptions): AsyncGenerator<string> {
  let rest = '';
  for await (const text of decodeFile(path, options)) {
    const lines = text.split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}

async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const start = new Uint8Array(2);
    await file.read(start, 0, 2, 0);
    const stream = file.createReadStream({ start: 0, highWaterMark: 1 << 18 });
    const isGzip = start[0] === 0x1f && start[1] === 0x8b;
    // `compose` hands on errors of both streams.
    yield* isGzip ? Readable.from(stream.compose(createGunzip())) : stream;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new InvalidInputError(path, 'a file that can be read', reason(String(error.code)));
  } finally {
    await file?.close().catch(() => undefined);
  }
}

function reason(code: string): string {
  if (code === 'ENOENT') return 'no such file';
  return code === 'EISDIR' ? 'a folder' : code;
}

function markedEncoding([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}
