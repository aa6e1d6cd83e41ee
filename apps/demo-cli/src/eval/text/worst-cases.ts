/** Keeps the few cases of lowest value of a stream. */
export class WorstCases<Case> {
  readonly #most: number;
  readonly #kept: { readonly value: number; readonly kept: Case }[] = [];

  /** @param most - How many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Keeps a case if it is among the worst; of equal ones the first stays. */
  add(value: number, make: () => Case): void {
    const kept = this.#kept;
    if (this.#most === 0) return;
    if (kept.length === this.#most && value >= kept[kept.length - 1].value) return;
    const place = kept.findIndex((other) => other.value > value);
    kept.splice(place === -1 ? kept.length : place, 0, { value, kept: make() });
    if (kept.length > this.#most) kept.pop();
  }

  /** @returns The worst first. */
  list(): Case[] {
    return this.#kept.map(({ kept }) => kept);
  }
}
