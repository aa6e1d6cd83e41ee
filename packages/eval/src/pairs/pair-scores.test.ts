import { createRandom, InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { auroc } from '../classification/auroc.js';
import { mergeStats } from '../score/metric.js';
import type { ImageReportPair } from './image-report-pair.js';
import { pairAgreement } from './pair-agreement.js';
import { type PairScoreName, pairResampled, pairScores } from './pair-scores.js';

type Triple = readonly [asked: 1 | 0 | -1 | null, probability: number, report: 1 | 0 | -1 | null];

const findings = ['Edema', 'Fracture'];
const pairsOf = (rows: readonly Triple[], finding = 'Edema'): ImageReportPair[] =>
  rows.map(([asked, probability, report], i) => ({
    id: `${i}`,
    asked: { [finding]: asked },
    imageProbabilities: { [finding]: probability },
    reportLabels: { [finding]: report },
    report: `report ${i % 3}`,
  }));

// asked, image (>= 0.5) and report: 1 1 1, 1 0 1, 0 1 0, 0 0 0, 1 1 0
const rows: Triple[] = [
  [1, 0.9, 1],
  [1, 0.4, 1],
  [0, 0.6, 0],
  [0, 0.1, 0],
  [1, 0.5, 0],
];
const values = (scores: Readonly<Record<PairScoreName, { value: number | null }>>) =>
  Object.fromEntries(Object.entries(scores).map(([name, { value }]) => [name, value]));

describe('pairScores', () => {
  it('gives numbers worked out by hand', () => {
    const { macro, micro, byFinding, distinctReports } = pairScores(pairsOf(rows), {
      findings: ['Edema'],
    });
    const expected = {
      imageAskedAuroc: 4 / 6,
      imageAskedAgreement: 3 / 5,
      reportAskedF1: 4 / 5,
      imageReportAgreement: 2 / 5,
      // image 3 yes of 5, report 2 yes of 5: by chance 12 of 25
      imageReportKappa: (2 / 5 - 12 / 25) / (1 - 12 / 25),
      allThreeAgreement: 2 / 5,
    };
    for (const scores of [macro, micro, byFinding.get('Edema')])
      for (const [name, value] of Object.entries(expected))
        expect(scores?.[name as PairScoreName].value).toBeCloseTo(value, 14);
    expect(distinctReports).toMatchObject({
      value: 3 / 5,
      n: 5,
      signature: 'distinctReports|prep:lower+space|n:5|v1',
    });
    expect(macro.imageReportKappa.signature).toBe(
      'imageReportKappa|image:ignore|report:blank_is_negative_uncertain_ignored|threshold:0.5|agg:macro|findings:1|n:5|v1',
    );
    expect(byFinding.get('Edema')?.reportAskedF1.signature).toBe(
      'reportAskedF1|asked:blank_is_negative_uncertain_ignored|report:blank_is_negative_uncertain_ignored|finding:Edema|n:5|v1',
    );
  });

  it('averages over the findings that have a value, or pools all cells', () => {
    const edema = pairsOf(rows);
    const both = edema.map((pair) => ({ ...pair, imageLabels: { Fracture: 0 } as const }));
    const { macro, micro, byFinding } = pairScores(both, { findings });
    expect(byFinding.get('Fracture')?.reportAskedF1).toMatchObject({
      value: null,
      reason: 'no positive asked or reported',
    });
    expect(byFinding.get('Fracture')?.imageReportKappa.reason).toBe(
      'image and report always say the same one thing',
    );
    expect(byFinding.get('Fracture')?.imageAskedAuroc.value).toBeNull();
    expect(macro.reportAskedF1.value).toBeCloseTo(4 / 5, 14);
    expect(macro.imageAskedAgreement.value).toBeCloseTo((3 / 5 + 1) / 2, 14);
    expect(micro.imageAskedAgreement.value).toBeCloseTo(8 / 10, 14);
    expect(micro.imageAskedAuroc.value).toBe(
      auroc(
        rows.map(([, probability]) => probability),
        rows.map(([asked]) => asked ?? 0),
      ),
    );
  });

  it('treats uncertain and missing labels by the policy named', () => {
    const pairs = pairsOf([
      [1, 0.9, 1],
      [-1, 0.9, 1],
      [null, 0.9, 1],
      [0, 0.1, 0],
    ]);
    const agreement = (asked: 'ignore' | 'ones' | 'zeros' | 'blank_is_negative_uncertain_one') => {
      const score = pairScores(pairs, { findings: ['Edema'], policies: { asked } });
      const { value, n } = score.byFinding.get('Edema')?.imageAskedAgreement ?? {};
      return [value, n];
    };
    expect(agreement('ignore')).toEqual([1, 2]);
    expect(agreement('ones')).toEqual([1, 3]);
    expect(agreement('zeros')).toEqual([2 / 3, 3]);
    expect(agreement('blank_is_negative_uncertain_one')).toEqual([3 / 4, 4]);
    const byDefault = pairScores(pairs, { findings: ['Edema'] });
    expect(byDefault.byFinding.get('Edema')?.imageAskedAgreement).toMatchObject({
      value: 2 / 3,
      n: 3,
    });
  });

  it('takes thresholds by finding and labels before probabilities', () => {
    const pairs: ImageReportPair[] = [
      {
        asked: { Edema: 1, Fracture: 1 },
        imageProbabilities: { Edema: 0.3, Fracture: 0.9 },
        imageLabels: { Fracture: 0 },
        reportLabels: {},
      },
    ];
    const { byFinding } = pairScores(pairs, { findings, threshold: { Edema: 0.3, Fracture: 0.5 } });
    expect(byFinding.get('Edema')?.imageAskedAgreement.value).toBe(1);
    expect(byFinding.get('Fracture')?.imageAskedAgreement.value).toBe(0);
    expect(byFinding.get('Edema')?.imageAskedAgreement.signature).toContain('threshold:0.3,0.5');
  });

  it('has no value of nothing', () => {
    const { macro, micro, distinctReports } = pairScores([]);
    expect(new Set([...Object.values(values(macro)), ...Object.values(values(micro))])).toEqual(
      new Set([null]),
    );
    expect(macro.allThreeAgreement.reason).toBe('no cell has every label');
    expect(distinctReports).toMatchObject({ value: null, reason: 'no report' });
  });
});

describe('resamples of pairs', () => {
  const random = createRandom(3);
  const label = () => ([0, 1, -1, null] as const)[random.integer(4)];
  const pairs: ImageReportPair[] = Array.from({ length: 60 }, (_, i) => ({
    asked: { Edema: label(), Fracture: label() },
    imageProbabilities: { Edema: random.uniform(), Fracture: random.integer(5) / 4 },
    reportLabels: { Edema: label(), Fracture: label() },
    report: i % 5 === 0 ? 'Same  text.' : `text ${i}`,
  }));
  const counts = pairs.map(() => random.integer(3));
  const drawn = pairs.flatMap((pair, i) => Array.from({ length: counts[i] }, () => pair));

  it.each(['macro', 'micro'] as const)('equal the same pairs written out (%s)', (aggregate) => {
    const options = { findings, aggregate };
    const whole = values(pairScores(pairs, { findings })[aggregate]);
    const repeated = values(pairScores(drawn, { findings })[aggregate]);
    for (const name of Object.keys(whole) as PairScoreName[]) {
      const twin = pairResampled(name, pairs, options);
      expect(twin.value()).toBeCloseTo(whole[name] ?? -1, 14);
      expect(twin.value(counts)).toBeCloseTo(repeated[name] ?? -1, 12);
      expect(twin.value(counts.map(() => 0))).toBeNull();
    }
  });

  it('count a pair that is drawn twice as one distinct report', () => {
    const twin = pairResampled('distinctReports', pairs);
    expect(twin.value()).toBe(49 / 60);
    expect(twin.value(pairs.map((_, i) => (i % 5 === 0 ? 0 : 2)))).toBe(1);
    expect(twin.value(pairs.map((_, i) => (i < 6 ? 3 : 0)))).toBe(5 / 6);
  });

  it('merge: sums of parts give the whole', () => {
    const metric = pairAgreement('imageReportKappa', { findings });
    const sumOf = (some: readonly ImageReportPair[]) =>
      some.map((pair) => metric.stats(pair)).reduce(mergeStats, new Float64Array(metric.length));
    const merged = mergeStats(sumOf(pairs.slice(0, 20)), sumOf(pairs.slice(20)));
    expect(metric.finalise(merged)).toBe(
      pairScores(pairs, { findings }).macro.imageReportKappa.value,
    );
  });

  it('are perfect where all agree, and symmetric where the sides may change places', () => {
    const same = pairsOf([
      [1, 1, 1],
      [0, 0, 0],
    ]);
    const { macro } = pairScores(same, { findings: ['Edema'] });
    expect(Object.values(values(macro))).toEqual([1, 1, 1, 1, 1, 1]);
    const swapped = pairs.map(({ asked, reportLabels, ...rest }) => ({
      ...rest,
      asked: reportLabels,
      reportLabels: asked,
    }));
    const f1 = (some: readonly ImageReportPair[]) =>
      pairScores(some, { findings }).micro.reportAskedF1.value;
    expect(f1(swapped)).toBe(f1(pairs));
  });
});

describe('bad pairs', () => {
  const good: ImageReportPair = { id: 'a', asked: {}, reportLabels: {} };
  it.each([
    ['an id twice', [good, good], /pairs\[1\].id/],
    ['a label of 2', [{ ...good, asked: { Edema: 2 as never } }], /asked.Edema/],
    ['a label of NaN', [{ ...good, reportLabels: { Edema: Number.NaN as never } }], /reportLabels/],
    ['a probability of 1.1', [{ ...good, imageProbabilities: { Edema: 1.1 } }], /in \[0, 1\]/],
    ['a probability of NaN', [{ ...good, imageProbabilities: { Edema: Number.NaN } }], /Edema/],
  ])('refuses %s', (_, pairs, message) => {
    expect(() => pairScores(pairs)).toThrow(InvalidInputError);
    expect(() => pairScores(pairs)).toThrow(message);
  });

  it('refuses findings given twice, a missing threshold and an unknown policy', () => {
    expect(() => pairScores([], { findings: ['Edema', 'Edema'] })).toThrow(/each once/);
    expect(() => pairScores([], { findings, threshold: { Edema: 0.5 } })).toThrow(/Fracture/);
    expect(() => pairScores([], { policies: { asked: 'maybe' as never } })).toThrow(
      /policies.asked/,
    );
  });
});
