import { createRandom, InvalidInputError, type Random } from '@cxrkit/core';

/** Which pictures of each side a comparison takes. */
export interface Draw {
  /** Rows of the synthetic side. */
  readonly synthetic: readonly number[];
  /** Rows of one half of the real side: what both others are compared with. */
  readonly reference: readonly number[];
  /** Rows of the other half. */
  readonly other: readonly number[];
}

interface Sides {
  readonly synthetic: readonly { readonly source: string | undefined }[];
  readonly real: readonly { readonly source: string; readonly patient: string }[];
}

/** Names the stream of random numbers of the halvings. */
const HALVING_STREAM = 0x4a1f;

/**
 * Halves the real side at random, a patient in one half only, and takes as many pictures of the synthetic side and of
 * both halves: all three equally large and with the same shares of each source, so that what depends on n is equal.
 *
 * @returns `count` draws, all of one size.
 * @throws {@link InvalidInputError} if fewer than two pictures a side are left.
 */
export function halvings(
  { synthetic, real }: Sides,
  { seed, count }: { readonly seed: number; readonly count: number },
): Draw[] {
  const isKnown = synthetic.every(({ source }) => source !== undefined);
  const stratum = (source: string | undefined): string => (isKnown ? (source ?? '') : '');
  const made = rowsBy(synthetic, ({ source }) => stratum(source));
  const there = rowsBy(real, ({ source }) => stratum(source));
  const names = [...made.keys()];
  const randoms = Array.from({ length: count }, (_, i) => createRandom(seed, HALVING_STREAM, i));
  const halves = randoms.map(
    (random) => new Map(names.map((name) => [name, halved(there.get(name) ?? [], real, random)])),
  );
  const sizes = proportional(
    names.map((name) => made.get(name)?.length ?? 0),
    names.map((name) =>
      Math.min(
        made.get(name)?.length ?? 0,
        ...halves.flatMap((half) => half.get(name)?.map(({ length }) => length) ?? [0]),
      ),
    ),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total < 2)
    throw new InvalidInputError(
      '--data',
      'enough pictures of each source to leave 2 a side in the same shares',
      `${real.length} real and ${synthetic.length} synthetic`,
    );
  return halves.map((half, i) => {
    const take = (rowsOf: (name: string) => readonly number[]): number[] =>
      names.flatMap((name, k) => randoms[i].shuffle(rowsOf(name)).slice(0, sizes[k]));
    return {
      synthetic: take((name) => made.get(name) ?? []),
      reference: take((name) => half.get(name)?.[0] ?? []),
      other: take((name) => half.get(name)?.[1] ?? []),
    };
  });
}

/** @returns The largest whole numbers in the ratio of `counts`, none above its limit. */
export function proportional(counts: readonly number[], limits: readonly number[]): number[] {
  const factor = Math.min(...counts.map((count, i) => limits[i] / count));
  return counts.map((count, i) => Math.min(limits[i], Math.floor(factor * count + 1e-9)));
}

/** Two halves as equal as whole patients allow. */
function halved(
  rows: readonly number[],
  real: Sides['real'],
  random: Random,
): [readonly number[], readonly number[]] {
  const ofPatient = new Map<string, number[]>();
  for (const row of rows) {
    const { patient } = real[row];
    ofPatient.set(patient, [...(ofPatient.get(patient) ?? []), row]);
  }
  const halves: [number[], number[]] = [[], []];
  for (const patient of random.shuffle([...ofPatient.keys()])) {
    const smaller = halves[0].length <= halves[1].length ? halves[0] : halves[1];
    smaller.push(...(ofPatient.get(patient) ?? []));
  }
  return halves;
}

function rowsBy<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, item] of items.entries()) {
    const name = nameOf(item);
    const own = rows.get(name);
    if (own) own.push(row);
    else rows.set(name, [row]);
  }
  return rows;
}
