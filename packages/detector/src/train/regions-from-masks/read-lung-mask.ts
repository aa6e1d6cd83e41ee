import { InvalidInputError } from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import { LUNG_VALUES, type LungMask } from './lung-mask.js';

// Luma of the palette of the Kermany masks: right lung (255, 80, 80), left lung (80, 80, 255).
const RIGHT_LUMA = 132;
const LEFT_LUMA = 100;
const LUMA_TOLERANCE = 2;

/**
 * Reads a lung mask of the Kermany set: a palette PNG, black outside, the right lung reddish
 * (255, 80, 80), the left lung bluish (80, 80, 255).
 *
 * @param source - File path, or the file's bytes.
 * @throws {@link ImageDecodeError} if it is no picture.
 * @throws {@link InvalidInputError} if it holds other colours.
 */
export async function readLungMask(source: string | Uint8Array): Promise<LungMask> {
  const { image } = await readImage(source);
  return {
    width: image.width,
    height: image.height,
    data: image.data.map((luma) => lungValue(luma)),
  };
}

function lungValue(luma: number): number {
  if (luma === 0) return 0;
  if (Math.abs(luma - RIGHT_LUMA) <= LUMA_TOLERANCE) return LUNG_VALUES.right;
  if (Math.abs(luma - LEFT_LUMA) <= LUMA_TOLERANCE) return LUNG_VALUES.left;
  throw new InvalidInputError(
    'lung mask',
    'the colours (0, 0, 0), (255, 80, 80) and (80, 80, 255)',
    `a pixel of luma ${luma}`,
  );
}
