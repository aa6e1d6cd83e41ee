import { readFileSync } from 'node:fs';
import { type ChexpertFinding, InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../resampling/bootstrap-score.js';
import { mergeStats, resampled } from '../score/metric.js';
import {
  CLINICAL_CONVENTIONS,
  type ClinicalConvention,
  clinicalEfficacy,
  clinicalMetric,
  clinicalMetrics,
} from './clinical-efficacy.js';
import { type Label, type LabelRow, labelRow, readLabelRow } from './label-row.js';

interface Case {
  readonly name: string;
  readonly reference: readonly (readonly number[])[];
  readonly hypothesis: readonly (readonly number[])[];
  readonly rgrg: Readonly<Record<string, unknown>>;
  readonly [convention: string]: unknown;
}

const { conditions, cases } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/ce.json', import.meta.url), 'utf8'),
) as { readonly conditions: readonly ChexpertFinding[]; readonly cases: readonly Case[] };

const CODES: readonly Label[] = [null, 1, 0, -1];

function rows(codes: readonly (readonly number[])[]): LabelRow[] {
  return codes.map((row) => labelRow((finding) => CODES[row[conditions.indexOf(finding)]]));
}

/** Golden numbers by the path that leads to them, such as `micro_14.f1`. */
function flatten(value: unknown, path: string, into: Map<string, number | null>): void {
  if (value === null || typeof value === 'number') into.set(path, value);
  else if (typeof value === 'object' && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value as object))
      if (key !== 'per_report') flatten(inner, path === '' ? key : `${path}.${key}`, into);
}

function goldens(one: Case): Map<string, number | null> {
  const into = new Map<string, number | null>();
  for (const key of ['rgrg', 'r2gen_compute_ce', 'f1chexbert', 'chexbert_paper'])
    flatten(one[key], key, into);
  return into;
}

describe.each(cases)('clinical efficacy of $name', (one) => {
  const references = rows(one.reference);
  const candidates = rows(one.hypothesis);
  const scores = new Map(
    clinicalEfficacy(references, candidates).map((score) => [score.name, score]),
  );

  it('gives every number of the original programs', () => {
    const golden = goldens(one);
    expect(golden.size).toBeGreaterThan(250);
    for (const [name, value] of golden) {
      const got = scores.get(name);
      if (got === undefined || got.value === null || value === null)
        expect([name, got?.value]).toEqual([name, value]);
      else expect(Math.abs(got.value - value), name).toBeLessThanOrEqual(1e-12);
    }
  });

  it('gives the values of single reports', () => {
    const example = one.rgrg.example_14 as {
      readonly per_report: Readonly<Record<string, readonly number[]>>;
    };
    const perReport: [string, readonly number[]][] = [
      ...Object.entries(example.per_report).map(([key, values]): [string, readonly number[]] => [
        `rgrg.example_14.${key}`,
        values,
      ]),
      ...['sample_label_acc_14', 'sample_label_acc_5'].map((key): [string, readonly number[]] => [
        `f1chexbert.${key}`,
        (one.f1chexbert as Readonly<Record<string, readonly number[]>>)[key],
      ]),
    ];
    for (const [name, values] of perReport) {
      const metric = clinicalMetric(name);
      for (const [i, value] of values.entries()) {
        const stats = metric.stats({ reference: references[i], candidate: candidates[i] });
        expect(metric.finalise(stats), `${name} of ${i}`).toBeCloseTo(value, 12);
      }
    }
  });

  it('gives the whole from merged parts, for every metric', () => {
    const pairs = references.map((reference, i) => ({ reference, candidate: candidates[i] }));
    for (const metric of CLINICAL_CONVENTIONS.flatMap((name) =>
      clinicalMetrics(name).slice(0, 7),
    )) {
      const sum = new Float64Array(metric.length);
      for (const pair of pairs) mergeStats(sum, metric.stats(pair));
      expect(metric.finalise(sum)).toBe(scores.get(metric.name)?.value);
      expect(resampled(metric, pairs).value()).toBe(scores.get(metric.name)?.value);
    }
  });
});

describe('intervals of clinical efficacy', () => {
  const [one] = cases;
  const references = rows(one.reference);
  const candidates = rows(one.hypothesis);
  const bootstrap = { replicates: 30, seed: 5 };
  const scores = clinicalEfficacy(references, candidates, { bootstrap });

  it('are there for every number that has a value', () => {
    for (const { name, value, interval } of scores)
      expect([name, interval === undefined]).toEqual([name, value === null]);
  });

  it('are those of the single metrics', () => {
    const pairs = references.map((reference, i) => ({ reference, candidate: candidates[i] }));
    for (const name of [
      'rgrg.micro_5.f1',
      'rgrg.example_14.recall',
      'r2gen_compute_ce.AUROC_of_binary_labels.Edema',
      'f1chexbert.report_5.weighted avg.f1-score',
      'chexbert_paper.Edema.kappa',
    ])
      expect(scores.find((score) => score.name === name)?.interval).toEqual(
        bootstrapInterval(resampled(clinicalMetric(name), pairs), bootstrap) ?? undefined,
      );
  });

  it('need reports and replicates', () => {
    for (const score of clinicalEfficacy([], [], { bootstrap }))
      expect(score.interval).toBeUndefined();
    expect(() =>
      clinicalEfficacy(references, candidates, { bootstrap: { replicates: 0 } }),
    ).toThrow('replicates');
  });
});

describe('clinical efficacy', () => {
  const [positive, blank] = [1, null].map((label) => labelRow(() => label as Label));

  it('says how a number was made, and why there is none', () => {
    const [score] = clinicalEfficacy([positive], [positive], {
      conventions: ['rgrg.micro_14'],
      labeler: 'chexbert',
    });
    expect(score).toMatchObject({
      name: 'rgrg.micro_14.precision',
      value: 1,
      signature:
        'rgrg.micro_14.precision|positive:positive+uncertain|findings:14|agg:micro|labeler:chexbert|n:1|v1',
    });
    const scores = clinicalEfficacy([positive], [blank]);
    expect(scores.find(({ name }) => name.endsWith('AUROC_of_binary_labels.Edema'))).toMatchObject({
      value: null,
      reason: 'the references have one class only',
    });
    for (const empty of clinicalEfficacy([], []))
      expect(empty).toMatchObject({ value: null, reason: 'no reports', n: 0 });
  });

  it('refuses what does not fit together', () => {
    expect(() => clinicalEfficacy([positive], [])).toThrow(/Expected 1 rows.*got 0/);
    const odd = { ...positive, Edema: 3 } as unknown as LabelRow;
    expect(() => clinicalEfficacy([odd], [blank])).toThrow(/label of Edema, got 3/);
    const nan = { ...positive, Edema: Number.NaN } as unknown as LabelRow;
    expect(() => clinicalEfficacy([blank], [nan])).toThrow(InvalidInputError);
    expect(() =>
      clinicalEfficacy([], [], { conventions: ['micro' as ClinicalConvention] }),
    ).toThrow(/rgrg\.micro_5/);
    expect(() => clinicalMetric('rgrg.micro_14.f2')).toThrow(/rgrg\.micro_14\.f1/);
  });
});

describe('a label row', () => {
  it('is read from CSV and JSON values', () => {
    const row = readLabelRow({
      Edema: '1.0',
      Fracture: '-1.0',
      Pneumonia: 0,
      Cardiomegaly: '',
      id: 7,
    });
    expect(row).toMatchObject({ Edema: 1, Fracture: -1, Pneumonia: 0, Cardiomegaly: null });
    expect(row['No Finding']).toBeNull();
    expect(() => readLabelRow({ Edema: 2 })).toThrow(/1, 0, -1 or blank/);
    expect(() => readLabelRow({ Edema: 'yes' })).toThrow(InvalidInputError);
  });
});
