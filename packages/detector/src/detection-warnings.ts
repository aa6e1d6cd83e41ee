import type { DetectedRegion, ResultWarning } from '@cxrkit/core';

/** Score from which a region counts as surely found. */
const SURE = 0.5;

/**
 * Share of the regions that must be surely found. With the mini weights 1 of 100 frontal pictures of `val` (NIH and
 * Kermany) falls below, of 25 turned by 90 degrees all, upside down 24, negatives 16.
 */
const LEAST = 1 / 3;

/**
 * Doubts about a picture that its regions raise: the detector has one class for each region of a frontal chest
 * X-ray, so a lateral view or another picture leaves most of them unsure, or puts the lungs on the wrong sides.
 *
 * @param trained - Regions the weights know.
 */
export function detectionWarnings(
  regions: readonly DetectedRegion[],
  trained: readonly string[],
): ResultWarning[] {
  if (!regions.some(({ detected }) => detected))
    return [
      {
        code: 'nothing-detected',
        message: 'No anatomical region was found; this may not be a chest X-ray.',
      },
    ];
  const warnings: ResultWarning[] = [];
  const sure = regions.filter(({ score }) => score >= SURE).length;
  if (sure < LEAST * trained.length)
    warnings.push({
      code: 'not-frontal',
      message: `Only ${sure} of ${trained.length} regions were found with a score of ${SURE} or more; this may be a lateral view or not a chest X-ray.`,
    });
  const center = (name: string): number | undefined => {
    const box = regions.find((region) => region.name === name)?.box;
    return box ? (box[0] + box[2]) / 2 : undefined;
  };
  const [right, left] = [center('right lung'), center('left lung')];
  if (right !== undefined && left !== undefined && right >= left)
    warnings.push({
      code: 'lungs-swapped',
      message:
        'The right lung was found to the right of the left lung; the picture may be mirrored or not frontal.',
    });
  return warnings;
}
