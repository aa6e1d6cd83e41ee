import type { CandidateMatches, Match } from './candidate-matches.js';

/** Paths that are followed at a time. */
const BEAM = 40;

/**
 * Chooses among all matches of two texts, at most one a word: most matched words, then fewest chunks, then least
 * distance, as far as a beam of 40 paths from the reference's first word to its last finds them.
 *
 * The program this equals has three peculiarities that are part of its numbers: a match found by anything but equality
 * counts half and half counts are cut to whole ones, so that a single word adds nothing; the distance of a match is
 * added to the path that was copied and not to the copy that takes it; and what is covered by one match only is fixed
 * beforehand.
 *
 * @param length1 - Words of the test text.
 * @returns `[length2]` the match that begins at each word of the reference, if one does.
 * @see Denkowski & Lavie 2011, "Meteor 1.3", section 2.1; the behaviour is that of cmu-mtlab/meteor 57a9ec5.
 */
export function searchAlignment(
  candidates: CandidateMatches,
  length1: number,
): readonly (Match | undefined)[] {
  const length2 = candidates.byStart.length;
  const chosen = fixMatches(candidates);
  if (isSettled(candidates, chosen)) return chosen;
  const blocks = (length1 + 31) >> 5;
  let paths = createPaths(blocks);
  let next = createPaths(blocks);
  const start = paths.insert(0, 0, 0);
  paths.write(start, -1, 0, undefined);
  for (let at = 0; at < length2; at++) {
    next.clear();
    for (let rank = 0; rank < paths.size(); rank++)
      advance(paths, paths.order[rank], at, candidates.byStart[at], chosen[at], next);
    [paths, next] = [next, paths];
  }
  for (let link = bestLink(paths); link !== undefined; link = link.before)
    chosen[link.match.start2] = link.match;
  return chosen;
}

/** A match of a path, and those before it. */
interface Link {
  readonly match: Match;
  readonly before: Link | undefined;
}

/** Up to {@link BEAM} paths, best first; each is a slot of the columns. */
interface Paths {
  /** Slots, best first, `size()` of them. */
  readonly order: Int32Array;
  readonly total: Int32Array;
  readonly chunks: Int32Array;
  readonly distance: Float64Array;
  /** Word of the test text after the open chunk; -1 if no chunk is open. */
  readonly lastEnd: Int32Array;
  /** First word of the reference that is not decided. */
  readonly position: Int32Array;
  readonly links: (Link | undefined)[];
  /** `[slots * blocks]` bits of used words of the test text. */
  readonly used: Uint32Array;
  readonly blocks: number;
  size(): number;
  clear(): void;
  /** @returns The slot of a path with that rank, behind its equals; -1 if the beam is full of better ones. */
  insert(total: number, chunks: number, distance: number): number;
  write(slot: number, lastEnd: number, position: number, link: Link | undefined): void;
}

function createPaths(blocks: number): Paths {
  const order = new Int32Array(BEAM);
  const total = new Int32Array(BEAM);
  const chunks = new Int32Array(BEAM);
  const distance = new Float64Array(BEAM);
  const lastEnd = new Int32Array(BEAM);
  const position = new Int32Array(BEAM);
  const links: (Link | undefined)[] = [];
  let size = 0;
  const isBefore = (t: number, c: number, d: number, slot: number) =>
    t !== total[slot]
      ? t > total[slot]
      : c !== chunks[slot]
        ? c < chunks[slot]
        : d < distance[slot];
  return {
    order,
    total,
    chunks,
    distance,
    lastEnd,
    position,
    links,
    used: new Uint32Array(BEAM * blocks),
    blocks,
    size: () => size,
    clear: () => {
      size = 0;
    },
    insert(t, c, d) {
      let rank = size;
      while (rank > 0 && isBefore(t, c, d, order[rank - 1])) rank--;
      if (rank === BEAM) return -1;
      const slot = size < BEAM ? size++ : order[BEAM - 1];
      for (let i = size - 1; i > rank; i--) order[i] = order[i - 1];
      order[rank] = slot;
      total[slot] = t;
      chunks[slot] = c;
      distance[slot] = d;
      return slot;
    },
    write(slot, end, from, link) {
      lastEnd[slot] = end;
      position[slot] = from;
      links[slot] = link;
    },
  };
}

/** Puts what may become of a path at one word of the reference among the next paths. */
function advance(
  paths: Paths,
  slot: number,
  at: number,
  matches: readonly Match[],
  fixed: Match | undefined,
  next: Paths,
): void {
  const { total, chunks, distance, lastEnd, position, links } = paths;
  const end = lastEnd[slot];
  if (at < position[slot]) {
    const to = next.insert(total[slot], chunks[slot], distance[slot]);
    if (to >= 0) copyOf(paths, slot, next, to, end, position[slot], links[slot]);
    return;
  }
  if (fixed !== undefined) {
    const broken = chunks[slot] + breaks(end, fixed);
    const to = next.insert(total[slot] + gain(fixed), broken, distance[slot] + offset(fixed));
    if (to >= 0) copyOf(paths, slot, next, to, endOf(fixed), at + fixed.length2, links[slot]);
    return;
  }
  let far = distance[slot];
  for (const match of matches) {
    if (isUsed(paths, slot, match)) continue;
    const to = next.insert(total[slot] + gain(match), chunks[slot] + breaks(end, match), far);
    if (to >= 0) {
      const link = { match, before: links[slot] };
      copyOf(paths, slot, next, to, endOf(match), at + match.length2, link);
      use(next, to, match);
    }
    far += offset(match);
  }
  const to = next.insert(total[slot], chunks[slot] + (end === -1 ? 0 : 1), far);
  if (to >= 0) copyOf(paths, slot, next, to, -1, at + 1, links[slot]);
}

function copyOf(
  paths: Paths,
  slot: number,
  next: Paths,
  to: number,
  lastEnd: number,
  position: number,
  link: Link | undefined,
): void {
  next.write(to, lastEnd, position, link);
  const { blocks } = paths;
  for (let b = 0; b < blocks; b++) next.used[to * blocks + b] = paths.used[slot * blocks + b];
}

/** Words of the reference cannot be in use: paths go left to right, and what is fixed is in no other match. */
function isUsed({ used, blocks }: Paths, slot: number, { start1, length1 }: Match): boolean {
  for (let i = start1; i < start1 + length1; i++)
    if ((used[slot * blocks + (i >> 5)] >> (i & 31)) & 1) return true;
  return false;
}

function use({ used, blocks }: Paths, slot: number, { start1, length1 }: Match): void {
  for (let i = start1; i < start1 + length1; i++) used[slot * blocks + (i >> 5)] |= 1 << (i & 31);
}

/** Words a match adds to a path's count, in whole numbers. */
function gain({ module, length1, length2 }: Match): number {
  return module === 0 ? length1 + length2 : (length1 >> 1) + (length2 >> 1);
}

function offset({ start1, start2 }: Match): number {
  return Math.abs(start2 - start1);
}

function breaks(lastEnd: number, { start1 }: Match): number {
  return lastEnd !== -1 && start1 !== lastEnd ? 1 : 0;
}

function endOf({ start1, length1 }: Match): number {
  return start1 + length1;
}

/** @returns Matches that alone begin at their word and whose words no other match covers. */
function fixMatches({ byStart, coverage1, coverage2 }: CandidateMatches): (Match | undefined)[] {
  return byStart.map((matches) => {
    if (matches.length !== 1) return undefined;
    const [{ start1, length1, start2, length2 }] = matches;
    for (let k = 0; k < length1; k++) if (coverage1[start1 + k] !== 1) return undefined;
    for (let k = 0; k < length2; k++) if (coverage2[start2 + k] !== 1) return undefined;
    return matches[0];
  });
}

/** Tells whether nothing is left to choose. */
function isSettled({ byStart }: CandidateMatches, fixed: readonly (Match | undefined)[]): boolean {
  return byStart.every((matches, j) => matches.length === 0 || fixed[j] !== undefined);
}

/** Closes the open chunk of each path and takes the best, of equals the first. */
function bestLink(paths: Paths): Link | undefined {
  const { order, total, chunks, distance, lastEnd, links } = paths;
  const closed = (slot: number) => chunks[slot] + (lastEnd[slot] === -1 ? 0 : 1);
  let best = order[0];
  for (let rank = 1; rank < paths.size(); rank++) {
    const slot = order[rank];
    const difference =
      total[best] - total[slot] || closed(slot) - closed(best) || distance[slot] - distance[best];
    if (difference < 0) best = slot;
  }
  return links[best];
}
