import sharp, { type Metadata, type Sharp } from 'sharp';
import type { ImageFormat } from './image-format.js';

/** Decoded samples before they become grey: `[H, W, C]`, upright, interleaved. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  /** Uint8Array for 8-bit files, Uint16Array for 16-bit ones; full range either way. */
  readonly samples: Uint8Array | Uint16Array;
}

/** The facts of a file's header. */
export interface RasterHeader {
  readonly format: ImageFormat;
  /** As shown, after the EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Bits a sample, 1 to 16 (more is refused when decoding). */
  readonly bitDepth: number;
  readonly hasAlpha: boolean;
  readonly pages: number;
  /** libvips' name of the colour space. */
  readonly space: string;
  /** libvips' name of the sample type. */
  readonly depth: string;
}

/** Reads the header without decoding a pixel, so that its cost does not depend on the size. */
export async function readRasterHeader(
  bytes: Uint8Array,
  format: ImageFormat,
): Promise<RasterHeader> {
  const metadata: Metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  return {
    format,
    ...metadata.autoOrient,
    channels: metadata.channels,
    bitDepth: metadata.bitsPerSample ?? (metadata.depth === 'ushort' ? 16 : 8),
    hasAlpha: metadata.hasAlpha,
    pages: metadata.pages ?? 1,
    space: metadata.space,
    depth: metadata.depth,
  };
}

/** @returns Why samples of this kind have no agreed grey level, or `undefined` when they have. */
export function unsupportedSamples({ space, depth }: RasterHeader): string | undefined {
  if (depth !== 'uchar' && depth !== 'ushort')
    return `samples of type ${depth} have no agreed grey scale; save it with 8 or 16 bits`;
  if (!['b-w', 'srgb', 'cmyk', 'grey16', 'rgb16'].includes(space))
    return `the colour space ${space} is not supported; save it as grey or RGB`;
  return undefined;
}

/**
 * Decodes the first page upright. Damaged or cut files fail instead of being filled with grey.
 * ICC profiles of grey and RGB files are ignored, as OpenCV and Pillow do; CMYK needs one, its own
 * or libvips' built-in.
 */
export async function decodeRaster(
  bytes: Uint8Array,
  header: RasterHeader,
  maxPixels: number,
): Promise<Raster> {
  const pipeline = sharp(bytes, {
    failOn: 'error',
    autoOrient: true,
    ignoreIcc: header.space !== 'cmyk',
    limitInputPixels: maxPixels,
  });
  const { data, info } = await asRaw(pipeline, header).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const samples = isDeep(header)
    ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width, height, channels, samples };
}

// Left alone, sharp turns 16-bit grey into sRGB through a colour transform; a pipeline in the
// file's own space hands the samples out untouched.
function asRaw(pipeline: Sharp, header: RasterHeader): Sharp {
  if (isDeep(header))
    return pipeline
      .pipelineColourspace(header.space)
      .toColourspace(header.space)
      .raw({ depth: 'ushort' });
  if (header.space === 'b-w' && !header.hasAlpha) return pipeline.toColourspace('b-w').raw();
  return pipeline.raw();
}

function isDeep({ space }: RasterHeader): boolean {
  return space === 'grey16' || space === 'rgb16';
}
