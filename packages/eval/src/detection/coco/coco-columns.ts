import { InvalidInputError } from '@cxrkit/core';
import type {
  CocoAnnotation,
  CocoBox,
  CocoCategory,
  CocoData,
  CocoDetection,
  CocoId,
} from './coco-data.js';

/** Boxes of one list as columns, with images and categories as their places among the ascending ids. */
interface BoxColumns {
  readonly count: number;
  readonly image: Int32Array;
  readonly category: Int32Array;
  /** `[count, 4]` x, y, width, height. */
  readonly box: Float64Array;
}

interface TruthColumns extends BoxColumns {
  readonly area: Float64Array;
  readonly isCrowd: Uint8Array;
  readonly hasIdZero: Uint8Array;
}

interface DetectionColumns extends BoxColumns {
  readonly score: Float64Array;
}

export interface CocoColumns {
  /** Ascending. */
  readonly images: readonly CocoId[];
  /** Ascending by id. */
  readonly categories: readonly CocoCategory[];
  readonly truth: TruthColumns;
  readonly detections: DetectionColumns;
}

type ListName = 'annotations' | 'detections';

/** Checks every row and lays the lists out as columns. */
export function cocoColumns(
  data: CocoData,
  onInvalid?: (error: InvalidInputError) => void,
): CocoColumns {
  const images = places('images', data.images);
  const categories = places('categories', data.categories);
  const isKnown = (row: CocoAnnotation | CocoDetection, list: ListName, i: number): void => {
    checkPlace(row.image_id, images, `${list}[].image_id`, i);
    checkPlace(row.category_id, categories, `${list}[].category_id`, i);
    checkCocoBox(row.bbox, list, i);
  };
  const ids = new Set<CocoId>();
  const annotations = valid(data.annotations, onInvalid, (row, i) => {
    isKnown(row, 'annotations', i);
    checkAnnotation(row, ids, i);
  });
  const detections = valid(data.detections, onInvalid, (row, i) => {
    isKnown(row, 'detections', i);
    if (!Number.isFinite(row.score))
      throw new InvalidInputError(`detections[${i}].score`, 'a finite number', row.score);
  });
  const boxes = (rows: readonly (CocoAnnotation | CocoDetection)[]): BoxColumns => ({
    count: rows.length,
    image: Int32Array.from(rows, (row) => images.get(row.image_id) ?? 0),
    category: Int32Array.from(rows, (row) => categories.get(row.category_id) ?? 0),
    box: flatBoxes(rows),
  });
  const byId = new Map(data.categories.map((category) => [category.id, category]));
  return {
    images: [...images.keys()],
    categories: [...categories.keys()].map((id) => byId.get(id) ?? { id }),
    truth: {
      ...boxes(annotations),
      area: Float64Array.from(annotations, ({ area, bbox }) => area ?? bbox[2] * bbox[3]),
      isCrowd: Uint8Array.from(annotations, ({ iscrowd }) => Number(iscrowd ?? 0)),
      hasIdZero: Uint8Array.from(annotations, ({ id }) => Number(id === 0)),
    },
    detections: { ...boxes(detections), score: Float64Array.from(detections, (row) => row.score) },
  };
}

/** Orders ids: numbers before words, each ascending. */
export function compareIds(a: CocoId, b: CocoId): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

function places(name: string, rows: readonly { readonly id: CocoId }[]): Map<CocoId, number> {
  const known = new Set<CocoId>();
  for (const [i, { id }] of rows.entries()) {
    if (typeof id !== 'string' && !Number.isFinite(id))
      throw new InvalidInputError(`${name}[${i}].id`, 'a number or a word', id);
    if (known.has(id)) throw new InvalidInputError(`${name}[${i}].id`, 'an id not yet used', id);
    known.add(id);
  }
  return new Map([...known].sort(compareIds).map((id, place) => [id, place]));
}

function valid<Row>(
  rows: readonly Row[],
  onInvalid: ((error: InvalidInputError) => void) | undefined,
  check: (row: Row, i: number) => void,
): readonly Row[] {
  return rows.filter((row, i) => {
    try {
      check(row, i);
      return true;
    } catch (error) {
      if (onInvalid === undefined || !(error instanceof InvalidInputError)) throw error;
      onInvalid(error);
      return false;
    }
  });
}

function checkPlace(id: CocoId, known: Map<CocoId, number>, name: string, i: number): void {
  if (!known.has(id)) throw new InvalidInputError(name.replace('[]', `[${i}]`), 'a listed id', id);
}

function checkCocoBox(box: CocoBox, list: ListName, i: number): void {
  const isBox = Array.isArray(box) && box.length === 4 && box.every(Number.isFinite);
  if (!isBox || box[2] < 0 || box[3] < 0)
    throw new InvalidInputError(
      `${list}[${i}].bbox`,
      'finite [x, y, width, height] with sides of 0 or more',
      box,
    );
}

function checkAnnotation({ id, area, iscrowd }: CocoAnnotation, ids: Set<CocoId>, i: number): void {
  if (id !== undefined && ids.has(id))
    throw new InvalidInputError(`annotations[${i}].id`, 'an id not yet used', id);
  if (id !== undefined) ids.add(id);
  if (area !== undefined && !(Number.isFinite(area) && area >= 0))
    throw new InvalidInputError(`annotations[${i}].area`, 'square pixels of 0 or more', area);
  const crowd = Number(iscrowd ?? 0);
  if (crowd !== 0 && crowd !== 1)
    throw new InvalidInputError(`annotations[${i}].iscrowd`, '0 or 1', iscrowd);
}

function flatBoxes(rows: readonly { readonly bbox: CocoBox }[]): Float64Array {
  const flat = new Float64Array(4 * rows.length);
  for (const [i, { bbox }] of rows.entries()) flat.set(bbox, 4 * i);
  return flat;
}
