import { readFileSync } from 'node:fs';
import { createRandom, InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { RECALL_LEVELS } from './coco-curve.js';
import type { CocoAnnotation, CocoBox, CocoData, CocoDetection } from './coco-data.js';
import { cocoEval, cocoMatches, cocoResult } from './coco-eval.js';
import type { CocoOptions } from './coco-options.js';
import { cocoSettings } from './coco-options.js';
import { cocoResampled } from './coco-value.js';
import { froc } from './froc.js';
import { mergeCocoMatches } from './merge-coco-matches.js';

interface Golden extends CocoData {
  readonly name: string;
  readonly params: { iouThrs?: number[]; useCats?: number; maxDets?: number[] };
  readonly stats?: Record<string, number>;
  readonly per_category_AP: number[];
  readonly per_category_AR: number[];
  readonly per_iou_AP: number[];
  readonly mAP_all_iou: number;
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/det.json', import.meta.url), 'utf8'),
) as {
  cases: Golden[];
  iouThrs: number[];
  recThrs: number[];
  areaRng: [number, number][];
  bbox_iou: { dt: CocoBox[]; gt: CocoBox[]; iscrowd: (0 | 1)[]; iou: number[][] };
};
const named = (name: string): Golden => {
  const golden = fixture.cases.find((one) => one.name === name);
  if (golden === undefined) throw new Error(`no case ${name}`);
  return golden;
};
const optionsOf = ({ params }: Golden): CocoOptions => ({
  ...(params.iouThrs && { iouThresholds: params.iouThrs }),
  ...(params.maxDets && { maxDetections: params.maxDets }),
  useCategories: params.useCats !== 0,
});
const value = (score: { value: number | null }): number => score.value ?? -1;

/** Largest difference of all goldens of a case. */
function worst(golden: Golden, options: CocoOptions): number {
  const { scores, byCategory, byThreshold } = cocoEval(golden, options);
  const [first, second, third] = golden.params.maxDets ?? [1, 10, 100];
  const positions: Record<string, string> = { AR1: `AR${first}`, AR10: `AR${second}` };
  const pairs: [number, number][] = Object.entries(golden.stats ?? {}).map(([name, expected]) => [
    value(scores[name === 'AR100' ? `AR${third}` : (positions[name] ?? name)]),
    expected,
  ]);
  const last = `AR${golden.params.maxDets?.at(-1) ?? 100}`;
  golden.per_category_AP.forEach((expected, k) => {
    if (golden.stats?.AP !== -1 || !options.strictPycocotools)
      pairs.push([value(byCategory[k].scores.AP), expected]);
    pairs.push([value(byCategory[k].scores[last]), golden.per_category_AR[k]]);
  });
  golden.per_iou_AP.forEach((expected, t) => {
    pairs.push([value(byThreshold[t]), expected]);
  });
  return Math.max(...pairs.map(([actual, expected]) => Math.abs(actual - expected)));
}

describe('cocoEval against pycocotools', () => {
  it('has the floats of its constants', () => {
    expect(cocoSettings({}).iouThresholds).toEqual(fixture.iouThrs);
    expect(RECALL_LEVELS).toEqual(fixture.recThrs);
    expect(cocoSettings({}).areas.map(({ low, high }) => [low, high])).toEqual(fixture.areaRng);
  });

  it.each(fixture.cases)('gives every number of $name with its slips', (golden) => {
    expect(worst(golden, { ...optionsOf(golden), strictPycocotools: true })).toBeLessThan(1e-12);
  });

  it.each(
    fixture.cases.filter(({ name }) => !['gt_id_zero_quirk', 'maxdets_1_2_5'].includes(name)),
  )('gives every number of $name without them', (golden) => {
    expect(worst(golden, optionsOf(golden))).toBeLessThan(1e-12);
  });

  it('reads AP at the largest number of detections and gives ids no meaning', () => {
    const golden = named('maxdets_1_2_5');
    const { AP } = cocoEval(golden, optionsOf(golden)).scores;
    expect(value(AP)).toBeCloseTo(golden.mAP_all_iou, 12);
    expect(worst({ ...golden, stats: {} }, optionsOf(golden))).toBeLessThan(1e-12);
    expect(value(cocoEval(named('gt_id_zero_quirk')).scores.AP)).toBeCloseTo(1, 12);
  });

  it('measures overlap as pycocotools, crowds by the area of the detection', () => {
    const { dt, gt, iscrowd, iou } = fixture.bbox_iou;
    for (const [d, box] of dt.entries())
      for (const [g, truth] of gt.entries()) {
        if (iou[d][g] === 0) continue;
        const at = (iouThreshold: number): number =>
          cocoMatches(one([{ bbox: truth, iscrowd: iscrowd[g] }], [{ bbox: box, score: 1 }]), {
            iouThresholds: [iouThreshold],
          }).byCategory[0].states[0];
        expect(at(iou[d][g])).toBe(iscrowd[g] === 1 ? 2 : 1);
        expect(at(iou[d][g] + 1e-12)).toBe(0);
      }
  });
});

type Place = 'image_id' | 'category_id';

/** One image, one category. */
function one(
  truth: readonly Omit<CocoAnnotation, Place>[],
  found: readonly Omit<CocoDetection, Place>[],
): CocoData {
  const place = { image_id: 1, category_id: 1 };
  return {
    images: [{ id: 1 }],
    categories: [{ id: 1 }],
    annotations: truth.map((row) => ({ ...row, ...place })),
    detections: found.map((row) => ({ ...row, ...place })),
  };
}

function scene(images: number, categories: number, seed: number): CocoData {
  const random = createRandom(seed);
  const some = (n: number): number[] => Array.from({ length: random.integer(n) }, (_, i) => i);
  const ids = Array.from({ length: images }, (_, i) => ({ id: `image ${100 + i}` }));
  const annotations: CocoAnnotation[] = [];
  const detections: CocoDetection[] = [];
  for (const { id } of ids)
    for (const _ of some(12)) {
      const box = [random.uniform() * 300, random.uniform() * 300, 0, 0].map((edge, i) =>
        i < 2 ? edge : 10 + random.uniform() * 150,
      ) as unknown as CocoBox;
      const category_id = random.integer(categories);
      const moved = box.map((edge) => edge * (0.9 + 0.2 * random.uniform())) as unknown as CocoBox;
      if (random.uniform() < 0.8) annotations.push({ image_id: id, category_id, bbox: box });
      if (random.uniform() < 0.8)
        detections.push({ image_id: id, category_id, bbox: moved, score: random.uniform() });
    }
  const names = Array.from({ length: categories }, (_, id) => ({ id, name: `c${id}` }));
  return { images: ids, categories: names, annotations, detections };
}

describe('properties of cocoEval', () => {
  const data = scene(40, 3, 7);

  it('carries what decides the number', () => {
    const { scores } = cocoEval(data);
    expect(scores.AP.signature).toBe(
      'AP|iou:0.5:0.95|area:all|maxdets:100|cats:mean|matching:coco|n:40|v1',
    );
    expect(scores.AR1.signature).toContain('maxdets:1|');
    expect(cocoEval(data, { iouThresholds: [0.4] }).scores.AP50).toMatchObject({
      value: null,
      reason: '0.5 is not one of the IoU thresholds',
    });
    expect(cocoEval(data, { strictPycocotools: true, maxDetections: [5] }).scores.AP.reason).toBe(
      '100 is not one of the numbers of detections',
    );
  });

  it('gives 1 for the truth itself and does not mind the order of rows', () => {
    const perfect = data.annotations.map((row) => ({ ...row, score: 0.5 }));
    expect(value(cocoEval({ ...data, detections: perfect }).scores.AP)).toBeCloseTo(1, 12);
    const mixed = {
      images: data.images.toReversed(),
      categories: data.categories.toReversed(),
      annotations: createRandom(1).shuffle(data.annotations),
      detections: createRandom(2).shuffle(data.detections),
    };
    const plain = (one: CocoData): unknown => cocoEval(one).scores;
    expect(plain(mixed)).toEqual(plain(data));
  });

  it('gives the whole from merged parts', () => {
    const part = (isIn: (i: number) => boolean): CocoData => {
      const images = data.images.filter((_, i) => isIn(i));
      const ids = new Set(images.map(({ id }) => id));
      return {
        ...data,
        images,
        annotations: data.annotations.filter((row) => ids.has(row.image_id)),
        detections: data.detections.filter((row) => ids.has(row.image_id)),
      };
    };
    const parts = [part((i) => i % 2 === 1), part((i) => i % 2 === 0)].map((p) => cocoMatches(p));
    expect(cocoResult(mergeCocoMatches(parts)).scores).toEqual(cocoEval(data).scores);
    expect(() => mergeCocoMatches([parts[0], parts[0]])).toThrow(/different images/);
    expect(() => mergeCocoMatches([])).toThrow(/at least one part/);
    expect(() => mergeCocoMatches([parts[0], cocoMatches(data, { maxDetections: [3] })])).toThrow(
      /equal options/,
    );
  });

  it('resamples images as if they were there several times', () => {
    const { matches, scores } = cocoEval(data);
    const counts = data.images.map((_, i) => (i * 7) % 3);
    const copies = data.images.flatMap(({ id }, i) =>
      Array.from({ length: counts[i] }, (_, copy) => ({ id, copy: `${id} copy ${copy}` })),
    );
    const spread = <Row extends CocoAnnotation | CocoDetection>(rows: readonly Row[]): Row[] =>
      copies.flatMap(({ id, copy }) =>
        rows.filter((row) => row.image_id === id).map((row) => ({ ...row, image_id: copy })),
      );
    const drawn = cocoEval({
      images: copies.map(({ copy }) => ({ id: copy })),
      categories: data.categories,
      annotations: spread(data.annotations),
      detections: spread(data.detections),
    });
    for (const [name, selection] of [
      ['AP', { kind: 'AP' }],
      ['AP50', { kind: 'AP', iouThreshold: 0.5 }],
      ['ARmedium', { kind: 'AR', area: 'medium' }],
    ] as const) {
      const resampled = cocoResampled(matches, selection);
      expect(resampled.n).toBe(40);
      expect(resampled.value()).toBe(scores[name].value);
      expect(resampled.value(counts)).toBeCloseTo(value(drawn.scores[name]), 12);
      expect(resampled.value(counts.map(() => 0))).toBeNull();
    }
    expect(() => cocoResampled(matches, { kind: 'AP', category: 99 })).toThrow(InvalidInputError);
    expect(() => cocoResampled(matches, { kind: 'AP', area: 'tiny' })).toThrow(InvalidInputError);
  });

  it('gives a curve of each category and threshold that averages to its AP', () => {
    const { curves, byCategory } = cocoEval(data);
    const mine = curves.filter(({ category }) => category?.id === 1);
    expect(mine).toHaveLength(10);
    const means = mine.map(({ precision }) => precision.reduce((a, b) => a + b) / 101);
    const [, second] = byCategory;
    expect(means.reduce((a, b) => a + b) / 10).toBeCloseTo(value(second.scores.AP), 12);
    for (const { precision } of mine)
      expect([...precision]).toEqual([...precision].sort((a, b) => b - a));
  });

  it('measures IoBB by the area of the detection', () => {
    const inside = one([{ bbox: [0, 0, 100, 100] }], [{ bbox: [10, 10, 20, 20], score: 1 }]);
    expect(value(cocoEval(inside).scores.AP)).toBe(0);
    expect(value(cocoEval(inside, { overlap: 'iobb' }).scores.AP)).toBeCloseTo(1, 12);
  });
});

describe('froc', () => {
  it('reads sensitivity at rates of false boxes an image, ties entering together', () => {
    const box = (x: number): CocoBox => [x, 0, 10, 10];
    const found = (x: number, score: number) => ({ bbox: box(x), score });
    const data = one(
      [{ bbox: box(0) }, { bbox: box(100) }],
      [found(0, 0.9), found(50, 0.8), found(100, 0.7), found(150, 0.7)],
    );
    const matches = cocoMatches(data, { iouThresholds: [0.5] });
    const result = froc(matches, { falsePositivesPerImage: [0.5, 1, 2] });
    expect(result.sensitivities).toEqual([0.5, 0.5, 1]);
    expect(result.score.value).toBeCloseTo(2 / 3, 12);
    expect(result.score.signature).toBe(
      'froc|iou:0.5|fps:0.5,1,2|cats:mean|interpolation:none|n:1|v1',
    );
    expect(result.resampled.value([3])).toBe(result.score.value);
    expect(result.resampled.value([0])).toBeNull();
    expect(() => froc(matches, { iouThreshold: 0.6 })).toThrow(/one of 0.5/);
    expect(() => froc(matches, { falsePositivesPerImage: [0] })).toThrow(/rates above 0/);
    expect(() => froc(matches, { category: 'x' })).toThrow(/id of a category/);
    const nothing = froc(cocoMatches(one([], [found(0, 1)])));
    expect(nothing.score).toMatchObject({ value: null, reason: 'no true box counts here' });
  });
});

describe('bad boxes', () => {
  const box: CocoBox = [0, 0, 10, 10];
  const truth: CocoAnnotation = { id: 1, image_id: 1, category_id: 1, bbox: box };
  const found: CocoDetection = { image_id: 1, category_id: 1, bbox: box, score: 0.5 };
  const base = one([], []);
  const bad: [string, Partial<CocoData>, RegExp][] = [
    [
      'negative width',
      { annotations: [{ ...truth, bbox: [0, 0, -1, 1] }] },
      /annotations\[0\].bbox/,
    ],
    ['NaN', { detections: [{ ...found, bbox: [0, Number.NaN, 1, 1] }] }, /detections\[0\].bbox/],
    ['three numbers', { detections: [{ ...found, bbox: [0, 1, 1] as never }] }, /bbox/],
    ['NaN score', { detections: [{ ...found, score: Number.NaN }] }, /detections\[0\].score/],
    ['infinite score', { detections: [{ ...found, score: Infinity }] }, /finite number/],
    [
      'unknown image',
      { detections: [{ ...found, image_id: 2 }] },
      /detections\[0\].image_id, got 2/,
    ],
    ['image id as text', { annotations: [{ ...truth, image_id: '1' }] }, /image_id, got "1"/],
    ['unknown category', { annotations: [{ ...truth, category_id: 9 }] }, /category_id, got 9/],
    ['image twice', { images: [{ id: 1 }, { id: 1 }] }, /images\[1\].id/],
    ['category twice', { categories: [{ id: 1 }, { id: 1 }] }, /categories\[1\].id/],
    ['annotation twice', { annotations: [truth, truth] }, /annotations\[1\].id/],
    ['no id', { images: [{ id: undefined as never }] }, /images\[0\].id/],
    ['negative area', { annotations: [{ ...truth, area: -1 }] }, /annotations\[0\].area/],
    ['crowd of 2', { annotations: [{ ...truth, iscrowd: 2 as never }] }, /iscrowd/],
  ];

  it.each(bad)('refuses %s', (_, part, message) => {
    expect(() => cocoEval({ ...base, ...part })).toThrow(InvalidInputError);
    expect(() => cocoEval({ ...base, ...part })).toThrow(message);
  });

  it('leaves bad rows out when asked and says which', () => {
    const errors: string[] = [];
    const onInvalid = (error: Error): void => {
      errors.push(error.message);
    };
    const rows = [{ ...found, bbox: [0, 0, 0, -4] as const }, found];
    const data = { ...base, annotations: [truth], detections: rows };
    expect(value(cocoEval(data, { onInvalid }).scores.AP)).toBeCloseTo(1, 12);
    expect(errors).toEqual([expect.stringContaining('detections[0].bbox')]);
  });

  it.each<CocoOptions>([
    { iouThresholds: [] },
    { iouThresholds: [0.5, 0.5] },
    { iouThresholds: [1.5] },
    { maxDetections: [0] },
    { maxDetections: [1, 1] },
    { areaRanges: { all: [0, 1] as const } },
    { areaRanges: { thin: [2, 1] as const } },
  ])('refuses the options %j', (options) => {
    expect(() => cocoEval(base, options)).toThrow(InvalidInputError);
  });

  it('has no value without truth, without images or without categories', () => {
    expect(cocoEval({ ...base, detections: [found] }).scores.AP).toMatchObject({
      value: null,
      reason: 'no true box counts here',
    });
    const empty = { images: [], categories: [], annotations: [], detections: [] };
    expect(cocoEval(empty).scores.AR1).toMatchObject({ value: null, n: 0 });
  });
});
