import { InvalidInputError } from '@cxrkit/core';

/** Choices of {@link cocoEval}; the defaults are COCO's. */
export interface CocoOptions {
  /**
   * In (0, 1], ascending.
   *
   * @defaultValue 0.5, 0.55, ... 0.95
   */
  readonly iouThresholds?: readonly number[];
  /**
   * How many of the best detections of an image and category count; recall is given at each, all else at the largest.
   *
   * @defaultValue 1, 10, 100
   */
  readonly maxDetections?: readonly number[];
  /**
   * Square pixels, both ends included, by a name that ends the score's (`APsmall`); `all` is always there.
   *
   * @defaultValue small [0, 32²], medium [32², 96²], large [96², 10¹⁰]
   */
  readonly areaRanges?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /**
   * False pools all categories into one (pycocotools' `useCats = 0`).
   *
   * @defaultValue true
   */
  readonly useCategories?: boolean;
  /**
   * `iobb` divides the intersection by the area of the detection (ChestX-ray8, Wang et al. 2017, section 4.2).
   *
   * @defaultValue 'iou'
   */
  readonly overlap?: 'iou' | 'iobb';
  /**
   * Repeats two slips of pycocotools: a detection matched to the annotation with the id 0 counts as unmatched, and AP
   * over all thresholds is read at 100 detections, hence has no value where `maxDetections` lacks 100.
   *
   * @defaultValue false
   */
  readonly strictPycocotools?: boolean;
  /** Called for an annotation or detection that is not valid, which is then left out; without it the error is thrown. */
  readonly onInvalid?: (error: InvalidInputError) => void;
}

interface AreaRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** Options with every default filled in; the first area is `all`. */
export interface CocoSettings {
  readonly iouThresholds: readonly number[];
  /** Ascending. */
  readonly maxDetections: readonly number[];
  readonly areas: readonly AreaRange[];
  readonly useCategories: boolean;
  readonly overlap: 'iou' | 'iobb';
  readonly strictPycocotools: boolean;
}

const HUGE = 1e10;
// numpy.linspace(0.5, 0.95, 10) to the bit: scores at one threshold look it up by equality.
const IOU_THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95];
const AREA_RANGES = { small: [0, 1024], medium: [1024, 9216], large: [9216, HUGE] } as const;

/** Fills in the defaults and checks what was given. */
export function cocoSettings(options: CocoOptions): CocoSettings {
  const {
    iouThresholds = IOU_THRESHOLDS,
    maxDetections = [1, 10, 100],
    areaRanges = AREA_RANGES,
    useCategories = true,
    overlap = 'iou',
    strictPycocotools = false,
  } = options;
  if (!isAscending(iouThresholds) || !iouThresholds.every((t) => t > 0 && t <= 1))
    throw new InvalidInputError('iouThresholds', 'ascending numbers in (0, 1]', iouThresholds);
  const maxima = [...maxDetections].sort((a, b) => a - b);
  if (!isAscending(maxima) || !maxima.every((m) => Number.isInteger(m) && m > 0))
    throw new InvalidInputError('maxDetections', 'different whole numbers above 0', maxDetections);
  const areas = [{ name: 'all', low: 0, high: HUGE }, ...checkedAreas(areaRanges)];
  return {
    iouThresholds,
    maxDetections: maxima,
    areas,
    useCategories,
    overlap,
    strictPycocotools,
  };
}

function checkedAreas(ranges: Readonly<Record<string, readonly [number, number]>>): AreaRange[] {
  return Object.entries(ranges).map(([name, [low, high]]) => {
    if (!/^[a-z]\w*$/i.test(name) || name === 'all')
      throw new InvalidInputError('areaRanges', 'names that start with a letter, not "all"', name);
    if (!(low >= 0 && low <= high))
      throw new InvalidInputError(`areaRanges.${name}`, '0 <= low <= high', [low, high]);
    return { name, low, high };
  });
}

function isAscending(values: readonly number[]): boolean {
  return values.length > 0 && values.every((value, i) => i === 0 || value > values[i - 1]);
}
