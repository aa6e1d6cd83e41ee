import {
  distinctRatio,
  type Preprocessing,
  preprocess,
  type Resampled,
  type TextPair,
} from '@cxrkit/eval';

/** Candidates of a stream by number, equal texts by the same one, for the share of those that differ. */
export class DistinctCandidates {
  readonly #preprocessing: Preprocessing;
  readonly #numbers: Map<string, number>;
  readonly #rows: number[] = [];

  /** @param other - System that is compared with this one; equal texts of both get the same number. */
  constructor(preprocessing: Preprocessing, other?: DistinctCandidates) {
    this.#preprocessing = preprocessing;
    this.#numbers = other === undefined ? new Map() : other.#numbers;
  }

  add({ candidate }: TextPair): void {
    const text = preprocess(candidate, this.#preprocessing);
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#rows.push(number);
  }

  /** @returns The share, ready for resamples. */
  resampled(): Resampled {
    return ratioOf(this.#rows);
  }

  /**
   * Joins both systems, as their comparison wants them.
   *
   * @param order - Items of this system in the order of the other's.
   */
  pooledWith(other: DistinctCandidates, order: readonly number[]): Resampled {
    return ratioOf([...order.map((i) => this.#rows[i]), ...other.#rows]);
  }
}

/** Numbers stand for texts. */
function ratioOf(numbers: readonly number[]): Resampled {
  const pairs = numbers.map((number) => ({
    ...{ id: 'text', candidate: String(number), references: [''] },
  }));
  return distinctRatio(pairs, { preprocessing: 'none' });
}
