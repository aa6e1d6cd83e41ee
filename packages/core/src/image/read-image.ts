import { InvalidInputError } from '../errors.js';
import { chestXrayWarnings } from './chest-xray-warnings.js';
import type { GrayImage } from './gray-image.js';
import { decodeError, readImageBytes } from './image-bytes.js';
import { describeForeignBytes, type ImageFormat, imageFormat } from './image-format.js';
import { type ImageWarning, TINY_SIDE } from './image-warning.js';
import {
  decodeRaster,
  type Raster,
  type RasterHeader,
  readRasterHeader,
  unsupportedSamples,
} from './raster.js';
import { rasterToGray } from './raster-to-gray.js';

/** Largest picture {@link readImage} decodes unless told otherwise: 100 megapixels. */
export const DEFAULT_MAX_PIXELS = 100_000_000;

export interface ReadImageOptions {
  /** Checked between reading, decoding and converting; libvips itself cannot be interrupted. */
  readonly signal?: AbortSignal | undefined;
  /** Width times height above which the header alone is ground for refusal. @defaultValue {@link DEFAULT_MAX_PIXELS} */
  readonly maxPixels?: number | undefined;
}

/** What the file was before it became grey. */
export interface ImageSource {
  /** Absent for bytes. */
  readonly path?: string;
  readonly format: ImageFormat;
  /** As shown, after the EXIF orientation: equal to the grey image's, the frame of every box. */
  readonly width: number;
  readonly height: number;
  /** As stored: 1 grey, 2 with alpha, 3 RGB, 4 RGBA or CMYK. */
  readonly channels: number;
  /** Bits a sample, 1 to 16. */
  readonly bitDepth: number;
}

export interface DecodedImage {
  readonly image: GrayImage;
  readonly warnings: readonly ImageWarning[];
  readonly source: ImageSource;
}

/**
 * Reads a PNG, JPEG, WebP or TIFF of 1 to 16 bits, grey, RGB(A) or CMYK, as 8-bit grey, upright by
 * its EXIF orientation. The format is told from the content. How 16 bits, colour and alpha become
 * grey: `rasterToGray`. The doubts of {@link chestXrayWarnings} are among the warnings.
 *
 * @param source - A file path, or the file's bytes.
 * @throws {@link ImageDecodeError} if the file is missing, no file, empty, damaged, cut, of another
 * format, or above `maxPixels` (refused from the header, before any pixel is decoded).
 * @throws The signal's reason when aborted.
 *
 * @example
 * ```ts
 * const { image, warnings } = await readImage('chest.png');
 * ```
 */
export async function readImage(
  source: string | Uint8Array,
  options: ReadImageOptions = {},
): Promise<DecodedImage> {
  const { signal, maxPixels = DEFAULT_MAX_PIXELS } = options;
  if (!Number.isSafeInteger(maxPixels) || maxPixels < 1)
    throw new InvalidInputError('maxPixels', 'a whole number, at least 1', maxPixels);
  signal?.throwIfAborted();
  const path = typeof source === 'string' ? source : undefined;
  const bytes =
    typeof source === 'string' ? await readImageBytes(source, { maxPixels, signal }) : source;
  const header = await checkedHeader(bytes, path, maxPixels);
  signal?.throwIfAborted();
  const raster = await decoded(bytes, header, { path, maxPixels });
  signal?.throwIfAborted();
  const { image, warnings } = rasterToGray(raster);
  const { format, width, height, channels, bitDepth } = header;
  return {
    image,
    warnings: [...headerWarnings(header), ...warnings, ...chestXrayWarnings(image)],
    source: {
      ...(path === undefined ? {} : { path }),
      format,
      width,
      height,
      channels,
      bitDepth,
    },
  };
}

async function checkedHeader(
  bytes: Uint8Array,
  path: string | undefined,
  maxPixels: number,
): Promise<RasterHeader> {
  if (!(bytes instanceof Uint8Array))
    throw new InvalidInputError('source', 'a file path or a Uint8Array', bytes);
  if (bytes.length === 0) throw decodeError(path, 'it is empty (zero bytes)');
  const format = imageFormat(bytes);
  if (format === undefined)
    throw decodeError(path, `expected PNG, JPEG, WebP or TIFF, got ${describeForeignBytes(bytes)}`);
  const header = await readRasterHeader(bytes, format).catch((error: unknown) => {
    throw damaged(path, format, error);
  });
  const pixels = header.width * header.height;
  if (pixels > maxPixels)
    throw decodeError(
      path,
      `${header.width} x ${header.height} is ${megapixels(pixels)} megapixels, above the limit of ${megapixels(maxPixels)} megapixels; shrink it, or raise maxPixels`,
    );
  const reason = unsupportedSamples(header);
  if (reason !== undefined) throw decodeError(path, reason);
  return header;
}

async function decoded(
  bytes: Uint8Array,
  header: RasterHeader,
  { path, maxPixels }: { path: string | undefined; maxPixels: number },
): Promise<Raster> {
  try {
    return await decodeRaster(bytes, header, maxPixels);
  } catch (error) {
    throw damaged(path, header.format, error);
  }
}

function damaged(path: string | undefined, format: ImageFormat, error: unknown): Error {
  const detail = error instanceof Error ? error.message.trim().split('\n')[0] : String(error);
  return decodeError(
    path,
    `the ${format} data is damaged or cut short (${detail}); fetch or export it again`,
    error,
  );
}

function headerWarnings({ pages, format, width, height }: RasterHeader): ImageWarning[] {
  const warnings: ImageWarning[] = [];
  if (pages > 1 && format === 'webp')
    warnings.push({
      code: 'animated',
      message: `The picture is an animation of ${pages} frames; the first is used.`,
    });
  else if (pages > 1)
    warnings.push({
      code: 'multi-page',
      message: `The file holds ${pages} pages; the first is used.`,
    });
  if (Math.min(width, height) < TINY_SIDE)
    warnings.push({
      code: 'tiny',
      message: `The picture is ${width} x ${height} pixels; below ${TINY_SIDE} a side, results mean little.`,
    });
  return warnings;
}

function megapixels(pixels: number): string {
  return String(Number((pixels / 1e6).toFixed(2)));
}
