import type { GrayImage } from './gray-image.js';
import type { ImageWarning } from './image-warning.js';
import type { Raster } from './raster.js';

/**
 * Mean over pixels of max(R, G, B) - min(R, G, B), in grey levels, above which a picture counts as
 * coloured. A choice between two measured ends: grey JPEGs saved as RGB (Kermany, IU) stay below it,
 * and so does a grey ramp saved as CMYK, whose dark greys reach 10.
 */
const COLOUR_THRESHOLD = 12;

/** A 16-bit picture whose brightest sample is below this holds fewer than 16 bits (10, 12, 14 are common). */
const NARROW_RANGE_LIMIT = 32768;

/** A grey image and what was odd on the way. */
export interface GrayResult {
  readonly image: GrayImage;
  readonly warnings: readonly ImageWarning[];
}

/**
 * Makes 8-bit grey of decoded samples, in this order:
 *
 * 1. 16 bits to 8: `round(v / 257)`; when no sample reaches 32768, the range
 *    from the least to the greatest sample is stretched to 0..255 instead, with a warning.
 * 2. RGB to luma: `(19595 R + 38470 G + 7471 B + 32768) >> 16` (Rec. 601, as Pillow's mode `L`);
 *    equal channels keep their value.
 * 3. Alpha: `round(luma * alpha / 255)`, that is, laid over black.
 */
export function rasterToGray(raster: Raster): GrayResult {
  const { width, height, channels, samples } = raster;
  const warnings: ImageWarning[] = [];
  const { levels, warning } = levelTable(raster);
  if (warning !== undefined) warnings.push(warning);
  const colour = channels >= 3;
  const data = colour ? luma(raster, levels) : firstChannel(raster, levels);
  const chroma = colour ? meanChroma(raster, levels) : 0;
  if (chroma > COLOUR_THRESHOLD)
    warnings.push({
      code: 'colour',
      message: `The picture is coloured (mean chroma ${chroma.toFixed(1)}, an X-ray has about 0); its luma is used.`,
    });
  if (channels % 2 === 0 && layOverBlack(data, samples, channels))
    warnings.push({
      code: 'alpha',
      message: 'The picture is partly transparent; it is laid over black.',
    });
  return { image: { width, height, data }, warnings };
}

/** `[256]` or `[65536]` table from a sample to its 8-bit level. */
function levelTable({ samples, channels }: Raster): { levels: Uint8Array; warning?: ImageWarning } {
  if (samples instanceof Uint8Array)
    return { levels: Uint8Array.from({ length: 256 }, (_, v) => v) };
  const colours = channels - (channels % 2 === 0 ? 1 : 0);
  let low = 65535;
  let high = 0;
  for (let i = 0; i < samples.length; i += channels)
    for (let c = i; c < i + colours; c++) {
      if (samples[c] < low) low = samples[c];
      if (samples[c] > high) high = samples[c];
    }
  const levels = new Uint8Array(65536);
  if (high >= NARROW_RANGE_LIMIT || high === low) {
    for (let v = 0; v < 65536; v++) levels[v] = Math.round(v / 257);
    return { levels };
  }
  for (let v = low; v <= high; v++) levels[v] = Math.round(((v - low) * 255) / (high - low));
  return {
    levels,
    warning: {
      code: 'narrow-range',
      message: `The 16-bit samples lie in ${low}..${high} only; that range is stretched to 0..255.`,
    },
  };
}

function firstChannel({ samples, channels }: Raster, levels: Uint8Array): Uint8Array {
  if (channels === 1 && samples instanceof Uint8Array) return samples;
  const data = new Uint8Array(samples.length / channels);
  for (let i = 0, s = 0; i < data.length; i++, s += channels) data[i] = levels[samples[s]];
  return data;
}

function luma({ samples, channels }: Raster, levels: Uint8Array): Uint8Array {
  const data = new Uint8Array(samples.length / channels);
  for (let i = 0, s = 0; i < data.length; i++, s += channels)
    data[i] =
      (19595 * levels[samples[s]] +
        38470 * levels[samples[s + 1]] +
        7471 * levels[samples[s + 2]] +
        32768) >>
      16;
  return data;
}

function meanChroma({ samples, channels, width, height }: Raster, levels: Uint8Array): number {
  let sum = 0;
  for (let s = 0; s < samples.length; s += channels) {
    const red = levels[samples[s]];
    const green = levels[samples[s + 1]];
    const blue = levels[samples[s + 2]];
    sum += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return sum / (width * height);
}

/** Multiplies `data` in place by the last channel; @returns whether any pixel was not opaque. */
function layOverBlack(data: Uint8Array, samples: Raster['samples'], channels: number): boolean {
  const opaque = samples instanceof Uint8Array ? 255 : 65535;
  let transparent = false;
  for (let i = 0, s = channels - 1; i < data.length; i++, s += channels)
    if (samples[s] !== opaque) {
      transparent = true;
      data[i] = Math.round((data[i] * samples[s]) / opaque);
    }
  return transparent;
}
