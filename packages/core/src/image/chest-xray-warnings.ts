import { checkImage, type GrayImage } from './gray-image.js';
import type { ImageWarning } from './image-warning.js';

// Measured on 1,550 chest X-rays (NIH, Kermany, Hannover, VQA-RAD, IU): the spread between the 2nd
// and 98th percentile is at least 57; the two fullest of 32 bins hold at most 0.69 of the pixels;
// levels of 224 and more hold at most 0.54.
const LEAST_SPREAD = 32;
const MOST_IN_TWO_BINS = 0.8;
const MOST_BRIGHT = 0.65;
const BIN_WIDTH = 8;

/**
 * Looks at the histogram alone and doubts pictures that no X-ray resembles: nearly uniform ones
 * (`low-contrast`), and text, line art or mostly empty pages (`unusual-histogram`). It cannot tell a
 * lateral view, another body part or a grey photograph from a frontal chest X-ray, and says nothing
 * about them.
 */
export function chestXrayWarnings(image: GrayImage): readonly ImageWarning[] {
  checkImage(image);
  const shares = histogram(image);
  const spread = percentile(shares, 0.98) - percentile(shares, 0.02);
  if (spread < LEAST_SPREAD)
    return [
      {
        code: 'low-contrast',
        message: `The picture is nearly uniform: 96 % of its pixels lie within ${spread} of 255 grey levels.`,
      },
    ];
  const fullest = fullestBins(shares);
  const bright = shares.slice(224).reduce((sum, share) => sum + share, 0);
  if (fullest <= MOST_IN_TWO_BINS && bright <= MOST_BRIGHT) return [];
  return [
    {
      code: 'unusual-histogram',
      message: `The grey levels are not those of an X-ray (${percent(fullest)} of the pixels in two narrow bands, ${percent(bright)} nearly white); this may be text, a drawing or an empty page.`,
    },
  ];
}

/** `[256]` share of pixels at each level. */
function histogram({ data }: GrayImage): Float64Array {
  const shares = new Float64Array(256);
  for (let i = 0; i < data.length; i++) shares[data[i]]++;
  return shares.map((count) => count / data.length);
}

function percentile(shares: Float64Array, fraction: number): number {
  let sum = 0;
  return shares.findIndex((share) => {
    sum += share;
    return sum >= fraction - 1e-9;
  });
}

function fullestBins(shares: Float64Array): number {
  const bins = new Float64Array(256 / BIN_WIDTH);
  shares.forEach((share, level) => {
    bins[Math.floor(level / BIN_WIDTH)] += share;
  });
  const [first = 0, second = 0] = bins.toSorted().toReversed();
  return first + second;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
