import type { TaskOptions } from '@cxrkit/core';
import { bootstrap } from '@cxrkit/eval';
import {
  askedCases,
  type JudgedCase,
  judgedFindings,
  macroAuroc,
} from '../../synth/measures/asked-auroc.js';
import { distribution } from '../../synth/measures/distribution.js';
import type { Judge } from '../../synth/measures/judge.js';
import { spread } from '../../synth/measures/plain-score.js';
import type { RealPicture } from '../../synth/measures/real-pictures.js';
import { readSynthetic, seeSynthetic } from '../../synth/measures/synthetic-pictures.js';
import { mean } from '../measure/score.js';

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly ci95: readonly [low: number, high: number];
}

/** What the images of one run are worth. */
export interface RunScores {
  /** Images. */
  readonly images: number;
  /** Pictures a side of the distances. */
  readonly n: number;
  /** Against real pictures; interval over random halvings of these. */
  readonly fid: Estimate;
  /** Of real pictures against each other, at the same n. */
  readonly realFid: Estimate;
  /** Mean over the findings; interval over images. `null` where too few of any finding were asked for. */
  readonly auroc: Estimate | null;
  /** Findings of the mean, by source. */
  readonly findings: Readonly<Record<string, readonly string[]>>;
}

/** Measures the images of one run as `cxr measure synth` does. */
export async function measureRun(
  folder: string,
  { real, judge, seed }: { real: readonly RealPicture[]; judge: Judge; seed: number },
  task: TaskOptions,
): Promise<RunScores> {
  const synthetic = await seeSynthetic(folder, await readSynthetic(folder), judge, task);
  const { n, ...sides } = distribution(synthetic, real, { seed, extractor: judge.extractor });
  const fidOf = (side: keyof typeof sides): Estimate => spread(sides[side].map(({ fid }) => fid));
  const cases = askedCases(synthetic);
  const sources = [...new Set(cases.map(({ source }) => source))].sort();
  const findings = Object.fromEntries(
    sources.map((source) => [source, judgedFindings(ofSource(cases, source))]),
  );
  return {
    ...{ images: synthetic.length, n, findings },
    ...{ fid: fidOf('synthetic'), realFid: fidOf('real') },
    auroc: aurocOf(cases, findings, seed),
  };
}

/** Mean over all findings of all sources; a case is ranked within its source only. */
function aurocOf(
  cases: readonly JudgedCase[],
  findings: RunScores['findings'],
  seed: number,
): Estimate | null {
  const macro = (sample: readonly JudgedCase[]): number | null =>
    mean(
      Object.entries(findings).flatMap(([source, names]) => {
        const own = ofSource(sample, source);
        return names.flatMap((name) => macroAuroc(own, [name]) ?? []);
      }),
    );
  const { value, low, high } = bootstrap(cases, macro, { seed });
  return value === null || low === null || high === null ? null : { value, ci95: [low, high] };
}

function ofSource(cases: readonly JudgedCase[], source: string): JudgedCase[] {
  return cases.filter((one) => one.source === source);
}
