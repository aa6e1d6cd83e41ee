import { type DecodedImage, readImage } from '@cxrkit/core/image';

/** A picture that was read, with what results say of its reading. */
export interface Picture extends DecodedImage {
  /** As given; `null` for bytes. */
  readonly path: string | null;
  readonly decodeMs: number;
}

/** How a picture is read. */
export interface ReadPictureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Width times height above which a picture is refused. @defaultValue 100 megapixels */
  readonly maxPixels?: number | undefined;
}

/**
 * Reads a picture, once for all stages.
 *
 * @throws {@link ImageDecodeError} if it is missing, damaged, too large or no picture; the signal's reason.
 */
export async function readPicture(
  source: string | Uint8Array,
  options: ReadPictureOptions = {},
): Promise<Picture> {
  const start = performance.now();
  const decoded = await readImage(source, options);
  const path = typeof source === 'string' ? source : null;
  return { ...decoded, path, decodeMs: performance.now() - start };
}
