import {
  bootstrapInterval,
  type CocoData,
  type CocoId,
  type CocoMatches,
  type CocoOptions,
  type CocoResult,
  type CocoSelection,
  cocoEval,
  cocoMatches,
  cocoResampled,
  compareResampled,
  mergeCocoMatches,
  type Score,
} from '@cxrkit/eval';
import { readCocoDetections, readCocoTruth } from '../../eval/records/coco-files.js';
import { UsageError } from '../../terminal/usage-error.js';
import { adjusted, comparisonJson, comparisonTable, type TestedDifference } from './comparison.js';
import type { DetectionOptions } from './detection-options.js';
import { detectionPage } from './detection-page.js';
import { categoryName, categoryTable } from './detection-table.js';
import type { Evaluate, EvaluationWork } from './evaluation.js';
import { scoreJson, scoresJson, scoreTable } from './score-table.js';

/** Scores found boxes against true ones as COCO does. */
export const evaluateDetection: Evaluate = async (work) => {
  const { files, skipper, task } = work;
  const options = work.options as DetectionOptions;
  if (files.length !== 2)
    throw new UsageError(
      `Expected two files, the true boxes and the found ones, got ${files.length}.`,
    );
  const [truthPath, foundPath] = files;
  const truth = await readCocoTruth(truthPath, options);
  const detections = await readCocoDetections(foundPath, truth, { ...options, ...task }, skipper);
  const data: CocoData = { ...truth, detections };
  const result = cocoEval(data, cocoOptions(work));
  const scores = withIntervals(result, options);
  const differences = options.compare === undefined ? [] : await compareWith(work, data, result);
  const notes = detections.length === 0 ? ['There is no found box.'] : [];
  return {
    n: truth.images.length,
    json: {
      metrics: scoresJson(scores),
      categories: Object.fromEntries(
        result.byCategory.map(({ category, scores: own }) => [
          categoryName(category),
          scoresJson(Object.values(own)),
        ]),
      ),
      thresholds: result.byThreshold.map((one, i) => ({
        iou: result.matches.settings.iouThresholds[i],
        ...scoreJson(one),
      })),
      ...(options.compare !== undefined && { comparison: comparisonJson(differences) }),
    },
    tables: [
      scoreTable(scores),
      categoryTable(result),
      ...(differences.length > 0 ? [comparisonTable(differences)] : []),
    ],
    notes,
    page: () => detectionPage(work, data, { result, scores, differences }),
  };
};

function cocoOptions({ options, skipper }: EvaluationWork): CocoOptions {
  const { strictPycocotools, categories, overlap, iouThresholds, maxDetections } =
    options as DetectionOptions;
  return {
    ...{ strictPycocotools, overlap, useCategories: categories },
    ...(iouThresholds && { iouThresholds }),
    ...(maxDetections && { maxDetections }),
    onInvalid: (error) => skipper.skip(error),
  };
}

/** Tests AP and AP50 against a second system: both are one set of images, each twice, that is swapped at random. */
async function compareWith(
  work: EvaluationWork,
  first: CocoData,
  { matches: { images } }: CocoResult,
): Promise<TestedDifference[]> {
  const { options, skipper, task } = work;
  const { compare = '', trials, seed = 0 } = options as DetectionOptions;
  const detections = await readCocoDetections(compare, first, { ...options, ...task }, skipper);
  const both = mergeCocoMatches([
    cocoMatches(renumbered(first, images, 0), cocoOptions(work)),
    cocoMatches(renumbered({ ...first, detections }, images, images.length), cocoOptions(work)),
  ]);
  const selections = [{ kind: 'AP' }, { kind: 'AP', iouThreshold: 0.5 }] as const;
  const { iouThresholds } = both.settings;
  return adjusted(
    selections
      .filter((one) => !('iouThreshold' in one) || iouThresholds.includes(one.iouThreshold))
      .map((one) =>
        compareResampled(
          cocoResampled(both, one),
          { name: 'iouThreshold' in one ? 'AP50' : 'AP', convention: {} },
          { replicates: trials, seed },
        ),
      ),
  );
}

/** Numbers images in their order from `first` on, so that those of two systems come one after the other. */
function renumbered(data: CocoData, images: readonly CocoId[], first: number): CocoData {
  const numbers = new Map(images.map((id, i) => [id, first + i]));
  const name = (id: CocoId): CocoId => numbers.get(id) ?? `unknown ${id}`;
  return {
    categories: data.categories,
    images: data.images.map((image) => ({ ...image, id: name(image.id) })),
    annotations: data.annotations.map((one) => ({ ...one, image_id: name(one.image_id) })),
    detections: data.detections.map((one) => ({ ...one, image_id: name(one.image_id) })),
  };
}

function withIntervals(
  { scores, matches }: CocoResult,
  { bootstrap, confidence, seed = 0 }: DetectionOptions,
): Score[] {
  const all = Object.values(scores);
  if (bootstrap === 0) return all;
  return all.map((one) => {
    const selection = selectionOf(one.name, matches);
    if (one.value === null || selection === undefined) return one;
    const interval = bootstrapInterval(cocoResampled(matches, selection), {
      replicates: bootstrap,
      confidence,
      seed,
    });
    return interval === null ? one : { ...one, interval };
  });
}

/** What the name of a number stands for, such as `AP50`, `ARsmall`, `AR10`. */
function selectionOf(name: string, { settings }: CocoMatches): CocoSelection | undefined {
  const kind = name.startsWith('AP') ? 'AP' : 'AR';
  const part = name.slice(2);
  if (part === '') return settings.strictPycocotools ? { kind, maxDetections: 100 } : { kind };
  if (!/^\d+$/.test(part)) return { kind, area: part };
  if (kind === 'AR') return { kind, maxDetections: Number(part) };
  const iouThreshold = settings.iouThresholds.find((at) => at === Number(part) / 100);
  return iouThreshold === undefined ? undefined : { kind, iouThreshold };
}
