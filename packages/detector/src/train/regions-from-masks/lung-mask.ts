import { InvalidInputError } from '@cxrkit/core';

/** A picture's lungs, stretched over the whole picture whatever its aspect. */
export interface LungMask {
  readonly width: number;
  readonly height: number;
  /** `[H * W]`, 0 outside, 1 right lung, 2 left lung; the patient's right is on the picture's left. */
  readonly data: Uint8Array;
}

/** Value of each lung in a {@link LungMask}. */
export const LUNG_VALUES = { right: 1, left: 2 } as const;

/** The patient's side. */
export type Side = keyof typeof LUNG_VALUES;

/**
 * Refuses a mask whose data is not what its size says.
 *
 * @throws {@link InvalidInputError} if a side is below 32 pixels, the length is wrong, or a value is above 2.
 */
export function checkLungMask({ width, height, data }: LungMask): void {
  if (!(Math.min(width, height) >= 32))
    throw new InvalidInputError('lung mask', 'at least 32 x 32 pixels', `${width} x ${height}`);
  if (data.length !== width * height)
    throw new InvalidInputError('lung mask', `${width * height} pixels`, data.length);
  const foreign = data.find((value) => value > 2);
  if (foreign !== undefined)
    throw new InvalidInputError(
      'lung mask',
      'only 0, 1 (right lung) and 2 (left lung)',
      foreign,
      'Map the palette to these values first.',
    );
}
