import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';

/** Regions that need the picture beside the mask. */
export const PICTURE_REGIONS: readonly AnatomicalRegion[] = ['mediastinum', 'cardiac silhouette'];

/** Regions that neither determines: no detector is trained on them, and they are reported as not detected. */
export const UNDERIVED_REGIONS: readonly AnatomicalRegion[] = [
  'trachea',
  'right clavicle',
  'left clavicle',
  'aortic arch',
  'svc',
  'cavoatrial junction',
  'right atrium',
  'carina',
];

/** Regions that the lung mask alone determines, in index order. */
export const MASK_REGIONS: readonly AnatomicalRegion[] = ANATOMICAL_REGIONS.filter(
  (region) => !PICTURE_REGIONS.includes(region) && !UNDERIVED_REGIONS.includes(region),
);
