import type { CocoColumns } from './coco-columns.js';
import type { CocoCategory, CocoId } from './coco-data.js';
import type { CocoSettings } from './coco-options.js';
import { matchGroup } from './match-group.js';

/** Matched detections of one category (or of all as one), `D` of them, with the `G` true boxes. */
export interface CategoryMatches {
  /** `[D]` by image, best first within one. */
  readonly scores: Float64Array;
  /** `[D]` place of the image. */
  readonly images: Int32Array;
  /** `[D]` place within its image, from 0. */
  readonly ranks: Int32Array;
  /** `[D]` rows in the order of falling scores, equal ones by image. */
  readonly order: Int32Array;
  /** `[D, A, T]` miss 0, hit 1, ignored 2 by area range and threshold. */
  readonly states: Uint8Array;
  /** `[G]` place of the image. */
  readonly truthImages: Int32Array;
  /** `[G, A]` 1 where the true box counts. */
  readonly counted: Uint8Array;
}

/**
 * Matched detections of a set of images: all that scores, curves and resamples need, and no boxes. Parts of a set may
 * be matched apart and merged.
 */
export interface CocoMatches {
  readonly settings: CocoSettings;
  /** Ascending; a resample counts images in this order. */
  readonly images: readonly CocoId[];
  /** Ascending by id; `[null]` where categories are pooled. */
  readonly categories: readonly (CocoCategory | null)[];
  /** `[K]` as `categories`. */
  readonly byCategory: readonly CategoryMatches[];
}

/** Matches every image and category. */
export function matchImages(columns: CocoColumns, settings: CocoSettings): CocoMatches {
  const { truth, detections, images } = columns;
  const pooled = new Int32Array(Math.max(truth.count, detections.count));
  const { useCategories } = settings;
  const categories = useCategories ? columns.categories : [null];
  const truthKey = useCategories ? truth.category : pooled;
  const detectionKey = useCategories ? detections.category : pooled;

  // Pooled categories are concatenated in their order before the sort by score, as pycocotools does.
  const rows = stableSort(iota(detections.count), detections.category, columns.categories.length);
  const place = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) place[rows[i]] = i;
  const { score } = detections;
  rows.sort((a, b) => score[b] - score[a] || place[a] - place[b]);
  const found = byCategory(rows, detections.image, images.length, detectionKey, categories.length);
  const listed = stableSort(iota(truth.count), truth.category, columns.categories.length);
  const real = byCategory(listed, truth.image, images.length, truthKey, categories.length);
  return {
    settings,
    images,
    categories,
    byCategory: categories.map((_, k) => matchCategory(found[k], real[k], columns, settings)),
  };
}

/** Sorts rows by falling score; equal scores keep the order of images and ranks. */
export function byScore(scores: Float64Array): Int32Array {
  return iota(scores.length).sort((a, b) => scores[b] - scores[a] || a - b);
}

function matchCategory(
  found: Int32Array,
  truth: Int32Array,
  columns: CocoColumns,
  settings: CocoSettings,
): CategoryMatches {
  const { areas, iouThresholds, maxDetections } = settings;
  const cells = areas.length * iouThresholds.length;
  const ranks = ranksWithin(found, columns.detections.image);
  const most = maxDetections[maxDetections.length - 1];
  const kept = found.filter((_, i) => ranks[i] < most);
  const images = kept.map((d) => columns.detections.image[d]);
  const truthImages = truth.map((g) => columns.truth.image[g]);
  const states = new Uint8Array(kept.length * cells);
  const counted = new Uint8Array(truth.length * areas.length);
  for (let d = 0, g = 0; d < kept.length || g < truth.length; ) {
    const image = Math.min(images[d] ?? Infinity, truthImages[g] ?? Infinity);
    const dEnd = endOfImage(images, d, image);
    const gEnd = endOfImage(truthImages, g, image);
    const group = { detections: kept.subarray(d, dEnd), truth: truth.subarray(g, gEnd) };
    matchGroup(
      group,
      columns,
      settings,
      states.subarray(d * cells, dEnd * cells),
      counted.subarray(g * areas.length, gEnd * areas.length),
    );
    d = dEnd;
    g = gEnd;
  }
  const scores = Float64Array.from(kept, (d) => columns.detections.score[d]);
  return {
    scores,
    images,
    ranks: ranks.filter((rank) => rank < most),
    order: byScore(scores),
    states,
    truthImages,
    counted,
  };
}

function endOfImage(images: Int32Array, start: number, image: number): number {
  let end = start;
  while (end < images.length && images[end] === image) end++;
  return end;
}

function ranksWithin(rows: Int32Array, image: Int32Array): Int32Array {
  const ranks = new Int32Array(rows.length);
  for (let i = 1; i < rows.length; i++)
    ranks[i] = image[rows[i]] === image[rows[i - 1]] ? ranks[i - 1] + 1 : 0;
  return ranks;
}

/** Splits rows by category, each part by image, keeping the order within both. */
function byCategory(
  rows: Int32Array,
  image: Int32Array,
  images: number,
  category: Int32Array,
  categories: number,
): Int32Array[] {
  const sorted = stableSort(stableSort(rows, image, images), category, categories);
  const parts: Int32Array[] = [];
  for (let k = 0, start = 0; k < categories; k++) {
    let end = start;
    while (end < sorted.length && category[sorted[end]] === k) end++;
    parts.push(sorted.subarray(start, end));
    start = end;
  }
  return parts;
}

/** Counting sort by a small whole number; equal keys keep their order. */
function stableSort(rows: Int32Array, keys: Int32Array, size: number): Int32Array {
  const next = new Int32Array(size + 1);
  for (let i = 0; i < rows.length; i++) next[keys[rows[i]] + 1]++;
  for (let k = 0; k < size; k++) next[k + 1] += next[k];
  const sorted = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) sorted[next[keys[rows[i]]]++] = rows[i];
  return sorted;
}

function iota(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}
