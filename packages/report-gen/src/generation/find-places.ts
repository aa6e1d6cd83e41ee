import {
  type DetectedRegion,
  InvalidInputError,
  type RegionDetector,
  type ResultWarning,
} from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { boxNames, type GenerateReportOptions } from './report-options.js';
import type { FoundPlaces } from './select-regions.js';

/**
 * Finds the regions of the input, by the detector if it is a picture, and the features of the boxes drawn into it.
 *
 * @throws {@link InvalidInputError} for a picture without a detector, or boxes without a picture.
 */
export async function findPlaces(
  input: GrayImage | readonly DetectedRegion[],
  detector: RegionDetector | undefined,
  { boxes = [], signal, onProgress }: GenerateReportOptions,
): Promise<{ places: FoundPlaces; warnings: readonly ResultWarning[] }> {
  if (isRegions(input)) {
    if (boxes.length > 0)
      throw new InvalidInputError(
        'boxes',
        'a picture as the input',
        'regions',
        'The features of a drawn box are computed from the picture.',
      );
    return { places: { regions: input, boxes: [] }, warnings: [] };
  }
  if (detector === undefined)
    throw new InvalidInputError(
      'input',
      'detected regions',
      'a picture',
      'Give loadReportGenerator a detector to start from pictures.',
    );
  const task = { signal, onProgress };
  const { regions, warnings } = await detector.detect(input, task);
  const drawn = boxes.map(({ box }) => box);
  const features = drawn.length > 0 ? await detector.describe(input, drawn, task) : [];
  const described = boxNames(boxes).map((name, i) => ({
    name,
    box: drawn[i],
    features: features[i],
  }));
  return { places: { regions, boxes: described }, warnings };
}

function isRegions(
  input: GrayImage | readonly DetectedRegion[],
): input is readonly DetectedRegion[] {
  return Array.isArray(input);
}
