import { InvalidInputError } from '@cxrkit/core';
import type { Resampled } from '../../score/metric.js';
import { type Score, score } from '../../score/score.js';
import { CurveReader } from './coco-curve.js';
import type { CocoId } from './coco-data.js';
import type { CocoSettings } from './coco-options.js';
import type { CocoMatches } from './match-images.js';

/** One number of a COCO evaluation: what is averaged. */
export interface CocoSelection {
  /** Average precision, or average of the recall of all detections. */
  readonly kind: 'AP' | 'AR';
  /** One threshold, by equality; all of them if absent. */
  readonly iouThreshold?: number;
  /** @defaultValue 'all' */
  readonly area?: string;
  /** @defaultValue the largest */
  readonly maxDetections?: number;
  /** Id of one category; all of them, each weighing the same, if absent. */
  readonly category?: CocoId;
}

interface Cells {
  readonly categories: readonly number[];
  readonly thresholds: readonly number[];
  readonly area: number;
  readonly maxDetections: number;
  /** Why there can be no value. */
  readonly lack?: string;
}

/** @returns The 12 numbers of COCO, or as many as the options make, by name and in COCO's order. */
export function cocoSelections(settings: CocoSettings): Map<string, CocoSelection> {
  const ranges = settings.areas.slice(1).map(({ name }) => name);
  const all: CocoSelection = settings.strictPycocotools
    ? { kind: 'AP', maxDetections: 100 }
    : { kind: 'AP' };
  return new Map<string, CocoSelection>([
    ['AP', all],
    ['AP50', { kind: 'AP', iouThreshold: 0.5 }],
    ['AP75', { kind: 'AP', iouThreshold: 0.75 }],
    ...ranges.map((area) => [`AP${area}`, { kind: 'AP', area }] as const),
    ...settings.maxDetections.map((m) => [`AR${m}`, { kind: 'AR', maxDetections: m }] as const),
    ...ranges.map((area) => [`AR${area}`, { kind: 'AR', area }] as const),
  ]);
}

/** Makes the score of a selection. */
export function cocoScore(
  matches: CocoMatches,
  name: string,
  selection: CocoSelection,
  reader: CurveReader = new CurveReader(matches),
): Score {
  const cells = cellsOf(matches, selection);
  const value = averageOf(cells, selection.kind, reader);
  const convention = conventionOf(matches.settings, selection, cells.maxDetections);
  const reason = cells.lack ?? 'no true box counts here';
  return score(name, convention, matches.images.length, value, value === null ? { reason } : {});
}

/**
 * Readies one number for the bootstrap over images: every image is matched once, a resample only counts.
 *
 * @param matches - Of `cocoEval` or `cocoMatches`; `counts` are taken in the order of its `images`.
 * @param selection - Such as `{ kind: 'AP', iouThreshold: 0.5 }`.
 */
export function cocoResampled(matches: CocoMatches, selection: CocoSelection): Resampled {
  const cells = cellsOf(matches, selection);
  const reader = new CurveReader(matches);
  return {
    n: matches.images.length,
    value: (counts) => averageOf(cells, selection.kind, reader, counts),
  };
}

function averageOf(
  { categories, thresholds, area, maxDetections }: Cells,
  kind: 'AP' | 'AR',
  reader: CurveReader,
  counts?: ArrayLike<number>,
): number | null {
  let sum = 0;
  let n = 0;
  for (const category of categories) {
    const positives = reader.positives(category, area, counts);
    if (positives === 0) continue;
    for (const threshold of thresholds) {
      const curve = reader.read({ category, area, threshold, maxDetections }, positives, counts);
      sum += kind === 'AP' ? meanOf(curve.precision) : curve.recall;
      n++;
    }
  }
  return n === 0 ? null : sum / n;
}

function cellsOf({ settings, categories }: CocoMatches, selection: CocoSelection): Cells {
  const { iouThresholds, maxDetections, areas } = settings;
  const { iouThreshold, area: areaName = 'all', category } = selection;
  const most = selection.maxDetections ?? maxDetections[maxDetections.length - 1];
  const area = areas.findIndex(({ name }) => name === areaName);
  const places = categories.map((_, k) => k);
  const only = places.filter((k) => category === undefined || categories[k]?.id === category);
  if (area < 0) throw new InvalidInputError('area', 'the name of an area range', areaName);
  if (category !== undefined && only.length === 0)
    throw new InvalidInputError('category', 'the id of a category', category);
  const thresholds = [...iouThresholds.keys()].filter(
    (t) => iouThreshold === undefined || iouThresholds[t] === iouThreshold,
  );
  const cells = { categories: only, thresholds, area, maxDetections: most };
  if (thresholds.length === 0)
    return { ...cells, lack: `${iouThreshold} is not one of the IoU thresholds` };
  if (!maxDetections.includes(most))
    return { ...cells, thresholds: [], lack: `${most} is not one of the numbers of detections` };
  return cells;
}

function conventionOf(
  settings: CocoSettings,
  { iouThreshold, area = 'all', category }: CocoSelection,
  maxDetections: number,
): Record<string, string | number> {
  const { iouThresholds: all, overlap, strictPycocotools } = settings;
  const last = all[all.length - 1];
  const isDefault = all.length === 10 && all[0] === 0.5 && last === 0.95;
  return {
    [overlap]: iouThreshold ?? (isDefault ? '0.5:0.95' : all.join(',')),
    area,
    maxdets: maxDetections,
    ...categoryConvention(settings, category),
    matching: strictPycocotools ? 'pycocotools' : 'coco',
  };
}

/** @returns How categories enter a number, as part of its signature. */
export function categoryConvention(
  { useCategories }: CocoSettings,
  category?: CocoId,
): Record<string, CocoId> {
  if (category !== undefined) return { cat: category };
  return { cats: useCategories ? 'mean' : 'pooled' };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
