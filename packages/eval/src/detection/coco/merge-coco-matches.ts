import { InvalidInputError } from '@cxrkit/core';
import { compareIds } from './coco-columns.js';
import { byScore, type CategoryMatches, type CocoMatches } from './match-images.js';

/**
 * Joins the matches of parts of a set of images; the numbers of the whole are those of the set matched at once.
 *
 * @param parts - At least one; equal options and categories, no image twice.
 * @throws {@link InvalidInputError} otherwise.
 */
export function mergeCocoMatches(parts: readonly CocoMatches[]): CocoMatches {
  if (parts.length === 0) throw new InvalidInputError('parts', 'at least one part', parts);
  const [{ settings, categories }] = parts;
  for (const part of parts) {
    if (JSON.stringify(part.settings) !== JSON.stringify(settings))
      throw new InvalidInputError('parts', 'equal options', part.settings);
    if (JSON.stringify(part.categories) !== JSON.stringify(categories))
      throw new InvalidInputError('parts', 'equal categories', part.categories);
  }
  const images = parts.flatMap((part) => part.images).sort(compareIds);
  const twice = images.find((id, i) => i > 0 && id === images[i - 1]);
  if (twice !== undefined) throw new InvalidInputError('parts', 'different images', twice);
  const place = new Map(images.map((id, i) => [id, i]));
  const places = parts.map((part) => part.images.map((id) => place.get(id) ?? 0));
  return {
    settings,
    categories,
    images,
    byCategory: categories.map((_, k) =>
      mergeCategory(
        parts.map(({ byCategory }) => byCategory[k]),
        places,
      ),
    ),
  };
}

function mergeCategory(
  parts: readonly CategoryMatches[],
  places: readonly (readonly number[])[],
): CategoryMatches {
  const join = (pick: (part: CategoryMatches, p: number) => ArrayLike<number>): number[] =>
    parts.flatMap((part, p) => Array.from(pick(part, p)));
  const images = join((part, p) => part.images.map((image) => places[p][image]));
  const ranks = join((part) => part.ranks);
  const scores = join((part) => part.scores);
  const states = joinBytes(parts.map((part) => part.states));
  const cells = images.length === 0 ? 0 : states.length / images.length;
  const rows = [...images.keys()].sort((a, b) => images[a] - images[b] || ranks[a] - ranks[b]);
  const sortedStates = new Uint8Array(states.length);
  for (const [to, from] of rows.entries())
    sortedStates.set(states.subarray(from * cells, (from + 1) * cells), to * cells);
  const sortedScores = Float64Array.from(rows, (row) => scores[row]);
  return {
    scores: sortedScores,
    images: Int32Array.from(rows, (row) => images[row]),
    ranks: Int32Array.from(rows, (row) => ranks[row]),
    order: byScore(sortedScores),
    states: sortedStates,
    truthImages: Int32Array.from(join((part, p) => part.truthImages.map((g) => places[p][g]))),
    counted: joinBytes(parts.map((part) => part.counted)),
  };
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let next = 0;
  for (const part of parts) {
    joined.set(part, next);
    next += part.length;
  }
  return joined;
}
