import { describe, expect, it } from 'vitest';
import {
  auroc,
  averagePrecision,
  type CocoData,
  cocoEval,
  cocoMatches,
  cocoResult,
  distinctRatio,
  type FeatureMatrix,
  featureStatistics,
  fid,
  kid,
  labelRankingAveragePrecision,
  medianRank,
  mergeCocoMatches,
  mergeFeatureStatistics,
  pairResampled,
  precisionRecallDensityCoverage,
  vendi,
} from '../src/index.js';
import { listOf, near, random } from './property-cases/case.js';
import { agreementCases, PAIRS, pictureCases } from './property-cases/picture-cases.js';
import { clinicalCases, decisionCases, textCases } from './property-cases/report-cases.js';

const CASES = [
  ...textCases(),
  ...clinicalCases(),
  ...decisionCases(),
  ...pictureCases(),
  ...agreementCases(),
];

describe.each(CASES)('$title', ({ whole, permuted, merged, onceEach, drawn, perfect, best }) => {
  it('has a value that does not depend on the order of the items', () => {
    expect(whole).not.toBeNull();
    near(permuted, whole);
  });

  it('is the whole from merged parts, and on resamples', () => {
    near(merged, whole);
    near(onceEach, whole);
    near(...drawn);
  });

  it('is at its best for what is perfect', () => {
    near(perfect, best, 6);
  });
});

it.each(CASES.filter(({ swapped }) => swapped !== undefined))(
  '$title stays when both sides are exchanged',
  ({ swapped = null, whole }) => near(swapped, whole),
);

function features(n: number, shift: number): FeatureMatrix {
  const data = Float64Array.from({ length: n * 4 }, () => random.normal() + shift);
  return { dims: [n, 4], data };
}

function takeRows({ data }: FeatureMatrix, rows: readonly number[]): FeatureMatrix {
  const taken = rows.flatMap((i) => [...data.subarray(4 * i, 4 * i + 4)]);
  return { dims: [rows.length, 4], data: Float64Array.from(taken) };
}

describe('distances of features', () => {
  const [x, y] = [features(20, 0), features(20, 0.5)];
  const order = random.shuffle(listOf(20, (i) => i));
  const whole = { subsets: 'whole', subsetSize: 20, estimator: 'biased' } as const;
  const distances: readonly [
    string,
    (a: FeatureMatrix, b: FeatureMatrix) => number | null,
    number,
  ][] = [
    ['FID', (a, b) => fid(a, b).value, 0],
    ['KID', (a, b) => kid(a, b, whole).score.value, 0],
    ['precision', (a, b) => precisionRecallDensityCoverage(a, b).precision.value, 1],
    ['recall', (a, b) => precisionRecallDensityCoverage(a, b).recall.value, 1],
    ['coverage', (a, b) => precisionRecallDensityCoverage(a, b).coverage.value, 1],
  ];

  it.each(distances)(
    '%s is at its best for equal sets and minds no order',
    (_name, value, best) => {
      near(value(x, x), best, 8);
      near(value(takeRows(x, order), y), value(x, y), 10);
      near(value(x, takeRows(y, order)), value(x, y), 10);
    },
  );

  it('are symmetric, precision against recall', () => {
    near(fid(x, y).value, fid(y, x).value, 9);
    near(kid(x, y, whole).score.value, kid(y, x, whole).score.value);
    const [one, other] = [
      precisionRecallDensityCoverage(x, y),
      precisionRecallDensityCoverage(y, x),
    ];
    near(one.precision.value, other.recall.value);
  });

  it('have the FID and the Vendi score of the whole', () => {
    const parts = [order.slice(0, 7), order.slice(7)].map((rows) =>
      featureStatistics(takeRows(x, rows)),
    );
    near(fid(mergeFeatureStatistics(parts[0], parts[1]), y).value, fid(x, y).value, 9);
    near(vendi(takeRows(x, order)).value, vendi(x).value, 9);
    near(vendi(takeRows(x, [3, 3, 3])).value, 1, 9);
  });
});

describe('values that are no sums', () => {
  const labels = listOf(40, () => random.integer(2));
  const scores = labels.map(() => random.integer(12));
  const order = random.shuffle(labels.map((_, i) => i));
  const shuffled = [order.map((i) => scores[i]), order.map((i) => labels[i])] as const;

  it.each([auroc, averagePrecision])(
    '%o is 1 for a perfect order and minds no order of cases',
    (metric) => {
      expect(metric(labels, labels)).toBe(1);
      near(metric(...shuffled), metric(scores, labels));
    },
  );

  it('rank labels, median ranks, texts and pairs likewise', () => {
    const rows = listOf(6, () => [1, random.integer(2), 0]);
    const guesses = rows.map((row) => row.map(() => random.uniform()));
    const value = labelRankingAveragePrecision(guesses, rows);
    near(labelRankingAveragePrecision(guesses.toReversed(), rows.toReversed()), value);
    near(labelRankingAveragePrecision(rows, rows), 1);
    expect(medianRank([3, 1, 2]).value()).toBe(medianRank([1, 2, 3]).value());
    const texts = ['a', 'b', 'a', 'c'].map((candidate, i) => ({
      ...{ id: `${i}`, candidate, references: ['x'] },
    }));
    expect(distinctRatio(texts.toReversed()).value()).toBe(distinctRatio(texts).value());
    const asked = PAIRS.map((pair) => ({
      ...pair,
      imageProbabilities: pair.asked as Record<string, number>,
    }));
    expect(pairResampled('imageAskedAuroc', asked).value()).toBe(1);
    const auc = pairResampled('imageAskedAuroc', PAIRS).value();
    near(pairResampled('imageAskedAuroc', PAIRS.toReversed()).value(), auc);
  });
});

describe("COCO's average precision", () => {
  const images = listOf(8, (i) => ({ id: i + 1 }));
  const box = () => [random.integer(9), random.integer(9), 8, 8] as const;
  const annotations = images.flatMap(({ id }) =>
    listOf(3, (i) => ({ id: 10 * id + i, image_id: id, category_id: 1 + (i % 2), bbox: box() })),
  );
  const detections = random.shuffle(annotations.map((_, i) => i)).map((i, rank) => ({
    ...{ image_id: annotations[i].image_id, category_id: annotations[i].category_id },
    ...{ bbox: box(), score: rank },
  }));
  const data: CocoData = { images, categories: [{ id: 1 }, { id: 2 }], annotations, detections };
  const whole = cocoEval(data).scores;

  it('is 1 for the true boxes', () => {
    const found = annotations.map((truth, i) => ({ ...truth, score: i }));
    expect(cocoEval({ ...data, detections: found }).scores.AP.value).toBeCloseTo(1, 12);
  });

  it('minds no order', () => {
    const shuffled = {
      ...{ images: random.shuffle([...images]), categories: data.categories },
      annotations: random.shuffle([...annotations]),
      detections: random.shuffle([...detections]),
    };
    expect(cocoEval(shuffled).scores).toEqual(whole);
  });

  it('is that of the whole from merged parts', () => {
    const part = (wanted: (id: number) => boolean) =>
      cocoMatches({
        ...data,
        images: images.filter(({ id }) => wanted(id)),
        annotations: annotations.filter(({ image_id: id }) => wanted(id)),
        detections: detections.filter(({ image_id: id }) => wanted(id)),
      });
    const parts = [part((id) => id > 5), part((id) => id <= 5)];
    expect(cocoResult(mergeCocoMatches(parts)).scores).toEqual(whole);
  });
});
