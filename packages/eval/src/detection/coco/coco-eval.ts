import type { Score } from '../../score/score.js';
import { cocoColumns } from './coco-columns.js';
import { CurveReader, RECALL_LEVELS } from './coco-curve.js';
import type { CocoCategory, CocoData } from './coco-data.js';
import { type CocoOptions, cocoSettings } from './coco-options.js';
import { type CocoSelection, cocoScore, cocoSelections } from './coco-value.js';
import { type CocoMatches, matchImages } from './match-images.js';

/** Precision over recall of one category at one threshold: all areas, most detections. */
export interface CocoCurve {
  /** `null` where categories are pooled. */
  readonly category: CocoCategory | null;
  readonly iouThreshold: number;
  /** `[101]` 0, 0.01, ... 1. */
  readonly recall: readonly number[];
  /** `[101]` best precision at this recall or beyond; 0 where the recall is never reached. */
  readonly precision: Float64Array;
  /** `[101]` score threshold at which the recall is reached; 0 where it never is. */
  readonly scores: Float64Array;
}

/** Numbers of one category. */
export interface CocoCategoryScores {
  /** `null` where categories are pooled. */
  readonly category: CocoCategory | null;
  /** By the names of {@link CocoResult.scores}. */
  readonly scores: Readonly<Record<string, Score>>;
}

/** What an evaluation gives. */
export interface CocoResult {
  /** `AP`, `AP50`, `AP75`, `APsmall`, `APmedium`, `APlarge`, `AR1`, `AR10`, `AR100`, `ARsmall`, `ARmedium`, `ARlarge`. */
  readonly scores: Readonly<Record<string, Score>>;
  readonly byCategory: readonly CocoCategoryScores[];
  /** AP at each threshold. */
  readonly byThreshold: readonly Score[];
  /** Of the categories that have a true box, at every threshold. */
  readonly curves: readonly CocoCurve[];
  /** For intervals, further numbers and merging. */
  readonly matches: CocoMatches;
}

/**
 * Measures boxes as COCO does: average precision and recall, by area, by category, by threshold.
 *
 * Equal to pycocotools but for two slips that `strictPycocotools` brings back: annotation ids carry no meaning, and AP
 * is read at the largest of `maxDetections`. Where pycocotools says -1 the value is `null` with a reason.
 *
 * @throws {@link InvalidInputError} for boxes of negative size, numbers that are not finite, unknown ids of images or
 * categories, ids given twice and options out of range.
 * @see Lin et al. 2014; https://cocodataset.org/#detection-eval; pycocotools `cocoeval.py` is the reference.
 */
export function cocoEval(data: CocoData, options: CocoOptions = {}): CocoResult {
  return cocoResult(cocoMatches(data, options));
}

/** Matches detections to true boxes and reads no numbers yet, such as of a part of the images in a worker. */
export function cocoMatches(data: CocoData, options: CocoOptions = {}): CocoMatches {
  return matchImages(cocoColumns(data, options.onInvalid), cocoSettings(options));
}

/** Reads every number off matches, such as merged ones. */
export function cocoResult(matches: CocoMatches): CocoResult {
  const { settings, categories } = matches;
  const reader = new CurveReader(matches);
  const selections = [...cocoSelections(settings)];
  const scoresOf = (more: Partial<CocoSelection>): Record<string, Score> =>
    Object.fromEntries(
      selections.map(([name, part]) => [
        name,
        cocoScore(matches, name, { ...part, ...more }, reader),
      ]),
    );
  return {
    scores: scoresOf({}),
    byCategory: categories.map((category) => ({
      category,
      scores: scoresOf(category === null ? {} : { category: category.id }),
    })),
    byThreshold: settings.iouThresholds.map((iouThreshold) =>
      cocoScore(matches, 'AP', { kind: 'AP', iouThreshold }, reader),
    ),
    curves: curvesOf(matches, reader),
    matches,
  };
}

function curvesOf({ settings, categories }: CocoMatches, reader: CurveReader): CocoCurve[] {
  const { iouThresholds, maxDetections } = settings;
  const cell = { area: 0, maxDetections: maxDetections[maxDetections.length - 1] };
  return categories.flatMap((category, place) => {
    const positives = reader.positives(place, 0);
    if (positives === 0) return [];
    return iouThresholds.map((iouThreshold, threshold) => {
      const curve = reader.read({ ...cell, category: place, threshold }, positives);
      return {
        category,
        iouThreshold,
        recall: RECALL_LEVELS,
        precision: curve.precision.slice(),
        scores: curve.scores.slice(),
      };
    });
  });
}
