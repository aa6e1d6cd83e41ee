import { readFile, stat } from 'node:fs/promises';
import { ImageDecodeError } from '../errors.js';

/** Room for metadata (EXIF, ICC, XMP) on top of the pixels, in bytes. */
const METADATA_ALLOWANCE = 64 * 2 ** 20;
/** Uncompressed 16-bit RGBA. */
const MAX_BYTES_PER_PIXEL = 8;

/** What reading needs to know to stay bounded. */
export interface ImageBytesOptions {
  readonly maxPixels: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a picture file whole.
 *
 * @throws {@link ImageDecodeError} if it is missing, no file, empty, unreadable, or longer than any
 * picture of `maxPixels` can be.
 */
export async function readImageBytes(
  path: string,
  { maxPixels, signal }: ImageBytesOptions,
): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw decodeError(path, 'it is a directory; name the files in it');
    if (!status.isFile()) throw decodeError(path, 'it is not a regular file');
    if (status.size > maxPixels * MAX_BYTES_PER_PIXEL + METADATA_ALLOWANCE)
      throw decodeError(
        path,
        `${status.size} bytes are more than a picture of the limit of ${maxPixels} pixels can take`,
      );
    return await readFile(path, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageDecodeError) throw error;
    throw decodeError(path, reasonOf(error), error);
  }
}

/** Makes the error every step of reading throws; `path` is `undefined` for bytes. */
export function decodeError(
  path: string | undefined,
  reason: string,
  cause?: unknown,
): ImageDecodeError {
  return new ImageDecodeError(`Could not read ${path ?? 'the image bytes'}: ${reason}.`, {
    path,
    cause,
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return error.message;
}
