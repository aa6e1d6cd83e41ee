import { basename } from 'node:path';
import type { Metric, Score, TextPair } from '@cxrkit/eval';
import type { EvaluationPage, PageSection, TextCase } from '../../eval/page/evaluation-page.js';
import { WorstCases } from '../../eval/text/worst-cases.js';
import { comparisonSection, type TestedDifference } from './comparison.js';
import type { EvaluationWork } from './evaluation.js';
import { scoreTable } from './score-table.js';

const BINS = 20;

/** What is noticed while texts are read: counts, and for the page the spread of one metric and the worst cases. */
export class TextFacts {
  #emptyCandidates = 0;
  #emptyReferences = 0;
  readonly #referenceCounts = new Set<number>();
  readonly #metric: Metric<TextPair> | undefined;
  readonly #index: number;
  readonly #worst: WorstCases<TextCase> | undefined;
  /** Items by the value of one metric, in intervals of [0, 1]. */
  readonly histogram: number[] = new Array(BINS).fill(0);

  /** @param worst - How many cases are kept; none and no histogram if absent. */
  constructor(metrics: readonly Metric<TextPair>[], worst: number | undefined) {
    this.#index = Math.max(
      0,
      metrics.findIndex(({ name }) => name === 'rougeL'),
    );
    this.#metric = metrics[this.#index];
    this.#worst = worst === undefined ? undefined : new WorstCases(worst);
  }

  /** Name of the metric that cases are ordered by: ROUGE-L if it is computed, else the first, if any has items' values. */
  get ordering(): string | undefined {
    return this.#metric?.name;
  }

  /** @param stats - Of this pair, a metric each. */
  add(pair: TextPair, stats: readonly Float64Array[]): void {
    const { id, candidate, references } = pair;
    if (candidate.trim() === '') this.#emptyCandidates++;
    if (references.some((text) => text.trim() === '')) this.#emptyReferences++;
    this.#referenceCounts.add(references.length);
    if (this.#worst === undefined || this.#metric === undefined) return;
    const value = this.#metric.finalise(stats[this.#index]) ?? 0;
    this.histogram[Math.min(BINS - 1, Math.max(0, Math.floor(value * BINS)))]++;
    this.#worst.add(value, () => ({
      id,
      about: `${this.ordering} ${value.toFixed(4)}`,
      candidate,
      reference: references.join('\n'),
    }));
  }

  /** @returns References an item, `var` if that varies. */
  references(): number | 'var' {
    const [count = 0] = this.#referenceCounts;
    return this.#referenceCounts.size > 1 ? 'var' : count;
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.#emptyCandidates > 0) notes.push(`Empty candidates: ${this.#emptyCandidates}.`);
    if (this.#emptyReferences > 0)
      notes.push(`Items with an empty reference: ${this.#emptyReferences}.`);
    return notes;
  }

  worst(): TextCase[] {
    return this.#worst?.list() ?? [];
  }
}

/** Makes the report of `cxr eval text`. */
export async function textPage(
  { files, options }: EvaluationWork,
  scores: readonly Score[],
  differences: readonly TestedDifference[],
  facts: TextFacts,
): Promise<EvaluationPage> {
  const sections: PageSection[] = [
    {
      title: 'Scores',
      note: 'The signature says what decides a number; only numbers of equal signatures compare.',
      blocks: [scoreTable(scores)],
    },
    ...comparisonSection(differences, [
      files.map((path) => basename(path)).join(', '),
      basename(options.compare ?? ''),
    ]),
    ...(await caseSections(facts)),
  ];
  return {
    title: `Reports: ${files.map((path) => basename(path)).join(', ')}`,
    facts: [],
    sections,
  };
}

/** Shows the spread of one metric and the worst cases by it. */
async function caseSections(facts: TextFacts): Promise<PageSection[]> {
  const { ordering } = facts;
  if (ordering === undefined) return [];
  const { plotHistogram } = await import('../../eval/page/plots.js');
  const svg = await plotHistogram(facts.histogram, ordering);
  const worst = facts.worst();
  const spread: PageSection = {
    title: 'Spread',
    blocks: [{ kind: 'plots', plots: [{ caption: `Reports by ${ordering}`, svg }] }],
  };
  if (worst.length === 0) return [spread];
  const note = `Lowest ${ordering}; words that the other text lacks are marked.`;
  return [spread, { title: 'Worst cases', note, blocks: [{ kind: 'cases', cases: worst }] }];
}
