import type { ModelScore } from '@cxrkit/core/model';
import { findingStates } from '@cxrkit/cxr-irgen';
import { auroc } from '@cxrkit/eval';
import { mean, measured, type ScoreContext } from '../../commands/measure/score.js';
import type { KnownFindings } from '../row-origins.js';
import type { RealPicture } from './real-pictures.js';
import type { SeenSynthetic } from './synthetic-pictures.js';

/** A picture with what it shall or does show, and how strongly the judge sees it. */
export interface JudgedCase {
  readonly source: string;
  readonly labels: KnownFindings;
  readonly scores: Readonly<Record<string, number>>;
}

/** Positives from which a finding is judged. */
const ENOUGH = 15;
/** Name of the set of images whose source is not known. */
const UNKNOWN = 'synthetic';

/** @returns Synthetic pictures against what was asked of them. */
export function askedCases(synthetic: readonly SeenSynthetic[]): JudgedCase[] {
  return synthetic.map(({ source = UNKNOWN, asked, seen }) => ({
    ...{ source, labels: asked, scores: seen.scores },
  }));
}

/** @returns Real pictures of `val` against their labels, in the words of a prompt. */
export function realCases(real: readonly RealPicture[]): JudgedCase[] {
  return real
    .filter(({ item }) => item.split === 'val')
    .map(({ item, seen }) => {
      const states = Object.entries(findingStates(item.findings));
      const labels = states.map(([name, state]) => [name, state === 'positive' ? 1 : 0] as const);
      return { source: item.source, labels: Object.fromEntries(labels), scores: seen.scores };
    });
}

/**
 * AUROC of the judge on synthetic pictures against what was asked, for findings that were asked often enough, and the
 * same of real pictures, whose number is about the most that can be reached. Data sets are never mixed.
 */
export function askedAurocs(
  judge: string,
  asked: readonly JudgedCase[],
  real: readonly JudgedCase[],
  context: ScoreContext,
): ModelScore[] {
  return [...new Set(asked.map(({ source }) => source))].flatMap((source) => {
    const own = asked.filter((one) => one.source === source);
    const findings = judgedFindings(own);
    const ceilings = source === UNKNOWN ? [...new Set(real.map((one) => one.source))] : [source];
    return [
      ...setScores(
        `${judge} AUROC on synthetic images against what was asked`,
        source,
        own,
        findings,
        context,
      ),
      ...ceilings.flatMap((name) =>
        setScores(
          `${judge} AUROC on real pictures of val`,
          name,
          real.filter((one) => one.source === name),
          findings,
          { ...context, split: 'val' },
        ),
      ),
    ];
  });
}

/** @returns Findings of cases of one source that were asked often enough and denied, too; without No Finding. */
export function judgedFindings(cases: readonly JudgedCase[]): string[] {
  const names = [...new Set(cases.flatMap(({ labels }) => Object.keys(labels)))];
  return names
    .filter((name) => name !== 'No Finding' && positives(cases, name) >= ENOUGH)
    .filter((name) => findingAuroc(cases, name) !== null)
    .sort();
}

/** @returns Mean over findings of those that have a value. */
export function macroAuroc(
  cases: readonly JudgedCase[],
  findings: readonly string[],
): number | null {
  return mean(findings.flatMap((name) => findingAuroc(cases, name) ?? []));
}

function setScores(
  metric: string,
  source: string,
  cases: readonly JudgedCase[],
  findings: readonly string[],
  context: ScoreContext,
): ModelScore[] {
  const each = findings.flatMap((name) =>
    measured(
      `${metric}, ${name} (${positives(cases, name)} positive)`,
      source,
      known(cases, name),
      (sample) => findingAuroc(sample, name),
      context,
    ),
  );
  if (findings.length < 2) return each;
  const macro = (sample: readonly JudgedCase[]): number | null => macroAuroc(sample, findings);
  return [
    ...measured(`${metric}, mean over ${findings.join(', ')}`, source, cases, macro, context),
    ...each,
  ];
}

/** @returns `null` where the judge does not tell the finding or all labels are one. */
function findingAuroc(cases: readonly JudgedCase[], name: string): number | null {
  const some = known(cases, name);
  return auroc(
    some.map(({ scores }) => scores[name]),
    some.map(({ labels }) => labels[name]),
  );
}

function known(cases: readonly JudgedCase[], name: string): JudgedCase[] {
  return cases.filter(({ labels, scores }) => labels[name] !== undefined && name in scores);
}

function positives(cases: readonly JudgedCase[], name: string): number {
  return cases.filter(({ labels }) => labels[name] === 1).length;
}
