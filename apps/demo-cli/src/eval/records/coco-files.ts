import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import type {
  CocoAnnotation,
  CocoBox,
  CocoCategory,
  CocoData,
  CocoDetection,
  CocoId,
  CocoImage,
} from '@cxrkit/eval';
import { badField, type Columns } from '../rows/fields.js';
import { readJson } from '../rows/json-rows.js';
import { openRows, type RowOptions } from '../rows/open-rows.js';
import { type Fields, type RowSkipper, validRows } from '../rows/raw-row.js';

/** The true boxes of a COCO file. */
export type CocoTruth = Omit<CocoData, 'detections'>;

/**
 * Reads the true boxes of a COCO file (`{ images, categories, annotations }`); the boxes themselves are checked where
 * they are measured.
 *
 * @throws {@link InvalidInputError} if a list is missing.
 */
export async function readCocoTruth(path: string, options: RowOptions): Promise<CocoTruth> {
  const document = Object(await readJson(path, options)) as Record<string, unknown>;
  const list = <Row>(name: string): readonly Row[] => {
    const rows = document[name];
    if (!Array.isArray(rows))
      throw new InvalidInputError(`"${name}" of ${path}`, 'a list, as in COCO files', rows);
    const stranger = rows.findIndex((row) => typeof row !== 'object' || row === null);
    if (stranger >= 0)
      throw new InvalidInputError(`"${name}[${stranger}]" of ${path}`, 'an object', rows[stranger]);
    return rows;
  };
  return {
    images: list<CocoImage>('images'),
    categories: list<CocoCategory>('categories'),
    annotations: list<CocoAnnotation>('annotations'),
  };
}

/**
 * Reads found boxes: COCO's results (`[{ image_id, category_id, bbox, score }]`), or rows with those columns or with
 * `x`, `y`, `width`, `height` instead of `bbox`. Ids may be numbers written as text.
 *
 * @throws {@link InvalidInputError} for the first row that cannot be used, unless they may be skipped.
 */
export async function readCocoDetections(
  path: string,
  truth: CocoTruth,
  options: RowOptions & TaskOptions & { readonly columns?: Columns | undefined },
  skipper: RowSkipper,
): Promise<CocoDetection[]> {
  const images = idsByText(truth.images);
  const categories = idsByText(truth.categories);
  const { columns = {} } = options;
  const rows = validRows(
    openRows([path], { ...options, mayBeEmpty: true }),
    (fields, place): CocoDetection => ({
      image_id: knownId(fields, columns.image ?? ['image_id'], images, place),
      category_id: knownId(fields, columns.category ?? ['category_id'], categories, place),
      bbox: readBox(fields, columns, place),
      score: readNumber(fields, columns.score?.[0] ?? 'score', place),
    }),
    skipper,
  );
  const detections: CocoDetection[] = [];
  for await (const detection of rows) detections.push(detection);
  return detections;
}

function idsByText(rows: readonly { readonly id: CocoId }[]): ReadonlyMap<string, CocoId> {
  return new Map(rows.map(({ id }) => [String(id), id]));
}

function knownId(
  fields: Fields,
  names: readonly string[],
  known: ReadonlyMap<string, CocoId>,
  place: string,
): CocoId {
  const value = fields[names[0]];
  const id = known.get(String(value));
  if (id === undefined) throw badField(names, 'an id that the true boxes list', value, place);
  return id;
}

function readBox(fields: Fields, columns: Columns, place: string): CocoBox {
  const names = columns.box ?? ['bbox'];
  const whole = fields[names[0]];
  const sides = names.length === 4 ? names : ['x', 'y', 'width', 'height'];
  const box =
    Array.isArray(whole) && names.length === 1
      ? whole
      : sides.map((name) => readNumber(fields, name, place));
  const isBox = box.length === 4 && box.every((value) => Number.isFinite(value));
  if (!isBox || box[2] < 0 || box[3] < 0)
    throw badField(
      names,
      'finite [x, y, width, height] with sides of 0 or more',
      JSON.stringify(box),
      place,
    );
  return box as unknown as CocoBox;
}

function readNumber(fields: Fields, name: string, place: string): number {
  const value = fields[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw badField([name], 'a finite number', value, place);
}
