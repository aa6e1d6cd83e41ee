import type { ModelScore } from '@cxrkit/core/model';
import { type Confusion, mergeConfusions, precisionRecall } from '@cxrkit/eval';
import type { TrainingImage } from '../../datasets/training-image.js';
import { bySource } from './measurement.js';
import { measured, type ScoreContext } from './score.js';

/** A picture with the report that was written of it, and the findings that the report states. */
export interface Written {
  readonly item: TrainingImage;
  readonly report: string;
  readonly findings: Readonly<Record<string, 0 | 1>>;
}

/**
 * Findings of the reports against those of the labels, the best constant report beside it, and variety; all together and
 * per data set.
 *
 * @param how - Told in the metrics' names.
 */
export function writtenScores(
  written: readonly Written[],
  context: ScoreContext,
  how = '',
): ModelScore[] {
  const sets = [...bySource(written.map(({ item }) => item)).keys()].map((source) => ({
    source,
    cases: written.filter(({ item }) => item.source === source),
  }));
  const all = { source: sets.map(({ source }) => source).join(' + '), cases: written };
  return [...(sets.length > 1 ? [all] : []), ...sets].flatMap(({ source, cases }) =>
    setScores(source, cases, context, how),
  );
}

function setScores(
  source: string,
  cases: readonly Written[],
  context: ScoreContext,
  how: string,
): ModelScore[] {
  const constant = bestConstant(cases);
  const words = constant.length > 0 ? constant.join(', ') : 'nothing';
  return [
    ...measured(
      `micro F1 of positive findings, report against labels${how}`,
      source,
      cases,
      (sample) => microF1(sample, ({ findings }) => findings),
      context,
    ),
    ...measured(
      `micro F1 of the best constant report (always says: ${words})`,
      source,
      cases,
      (sample) =>
        microF1(sample, () => Object.fromEntries(constant.map((name) => [name, 1 as const]))),
      context,
    ),
    {
      metric: `distinct reports${how}`,
      dataset: source,
      split: context.split,
      command: context.command,
      n: cases.length,
      value: new Set(cases.map(({ report }) => report)).size,
    },
  ];
}

function microF1(
  cases: readonly Written[],
  said: (one: Written) => Readonly<Record<string, 0 | 1>>,
): number | null {
  return precisionRecall(mergeConfusions(cases.map((one) => confusion(one.item, said(one))))).f1;
}

/** Over the findings whose label is known; No Finding is no finding. */
function confusion({ findings }: TrainingImage, said: Readonly<Record<string, 0 | 1>>): Confusion {
  const known = Object.entries(findings).filter(([name]) => name !== 'No Finding');
  const count = (truth: 0 | 1, claim: boolean): number =>
    known.filter(([name, value]) => value === truth && (said[name] === 1) === claim).length;
  return {
    truePositives: count(1, true),
    falsePositives: count(0, true),
    falseNegatives: count(1, false),
  };
}

/** The findings that, always said, give the best F1 on these very cases: a bar set with knowledge of the answers. */
function bestConstant(cases: readonly Written[]): string[] {
  const names = [...new Set(cases.flatMap(({ item }) => Object.keys(item.findings)))].filter(
    (name) => name !== 'No Finding',
  );
  const frequency = (name: string): number =>
    cases.filter(({ item }) => item.findings[name] === 1).length;
  const ordered = names.sort((a, b) => frequency(b) - frequency(a));
  const f1 = (said: readonly string[]): number =>
    microF1(cases, () => Object.fromEntries(said.map((name) => [name, 1 as const]))) ?? 0;
  const prefixes = ordered.map((_, i) => ordered.slice(0, i + 1));
  return prefixes.reduce<string[]>((best, said) => (f1(said) > f1(best) ? said : best), []);
}
