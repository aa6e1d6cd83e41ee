import { readFileSync } from 'node:fs';
import { ANATOMICAL_REGIONS, type Box, InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { type Metric, resampled } from '../score/metric.js';
import { boxIobb } from './box-iobb.js';
import { regionIou } from './region-iou.js';
import {
  type RegionComparison,
  regionDetected,
  regionIouMean,
  regionIouRgrg,
  regionScores,
} from './region-metrics.js';

const { rgrg_regions: golden } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/det.json', import.meta.url), 'utf8'),
) as {
  rgrg_regions: {
    gt: Box[][];
    pred: Box[][];
    detected: number[][];
    iou_per_region: number[];
    avg_iou: number;
    mean_over_regions: number;
    avg_detections_per_region: number[];
    avg_num_detected_regions_per_image: number;
    mean_of_per_image_iou_for_comparison: number[];
  };
};
const items: RegionComparison[] = golden.gt.map((boxes, i) => ({
  truth: Object.fromEntries(boxes.map((box, r) => [ANATOMICAL_REGIONS[r], box])),
  predicted: golden.pred[i].map((box, r) => ({
    name: ANATOMICAL_REGIONS[r],
    box,
    detected: golden.detected[i][r] === 1,
  })),
}));
const of = (metric: Metric<RegionComparison>): number => resampled(metric, items).value() ?? -1;
const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;

describe('region numbers', () => {
  it('equal those of RGRG', () => {
    expect(of(regionIouRgrg())).toBeCloseTo(golden.avg_iou, 12);
    expect(of(regionIouRgrg({ over: 'regions' }))).toBeCloseTo(golden.mean_over_regions, 12);
    expect(of(regionDetected())).toBeCloseTo(golden.avg_num_detected_regions_per_image, 12);
    for (const [r, region] of ANATOMICAL_REGIONS.entries()) {
      expect(of(regionIouRgrg({ region }))).toBeCloseTo(golden.iou_per_region[r], 12);
      expect(of(regionDetected({ region }))).toBeCloseTo(golden.avg_detections_per_region[r], 12);
    }
  });

  it('differ from the mean of the IoU of each image, which is given by its own name', () => {
    const expected = golden.mean_of_per_image_iou_for_comparison;
    for (const [r, region] of ANATOMICAL_REGIONS.entries())
      expect(of(regionIouMean({ region }))).toBeCloseTo(expected[r], 12);
    expect(of(regionIouMean())).toBeCloseTo(mean(expected), 12);
    const { overall, byRegion } = regionScores(items);
    expect(overall.map(({ signature }) => signature)).toEqual([
      'regionIouRgrg|region:all|over:boxes|agg:images|n:5|v1',
      'regionIouMean|region:all|over:regions|agg:images|n:5|v1',
      'regionDetected|region:all|agg:images|n:5|v1',
    ]);
    expect(overall[0].value).toBeCloseTo(golden.avg_iou, 12);
    expect(byRegion.get('carina')?.[1].value).toBeCloseTo(expected[27], 12);
  });

  it('count the box of a region that was not detected in the union of RGRG only', () => {
    const truth = { carina: [0, 0, 10, 10] } as const;
    const item = (box: Box | null, detected: boolean): RegionComparison => ({
      truth,
      predicted: [{ name: 'carina', box, detected }],
    });
    const found = item([0, 0, 10, 10], true);
    const value = (metric: Metric<RegionComparison>, second: RegionComparison) =>
      resampled(metric, [found, second]).value();
    expect(value(regionIouRgrg(), item([20, 20, 30, 30], false))).toBe(100 / 300);
    expect(value(regionIouRgrg(), item(null, false))).toBe(100 / 200);
    expect(value(regionIouMean(), item([20, 20, 30, 30], false))).toBe(0.5);
    expect(regionScores([{ truth: {}, predicted: [] }]).overall[0]).toMatchObject({
      value: null,
      reason: 'no true box',
    });
    expect(regionIou({ carina: [0, 0, 10, 5] }, truth).get('carina')).toBe(0.5);
  });

  it('refuse boxes of negative size, NaN and a region given twice', () => {
    const metric = regionIouMean();
    const predicted = (box: Box) => ({ name: 'carina', box, detected: true }) as const;
    const truth = { carina: [0, 0, 1, 1] } as const;
    const bad: RegionComparison[] = [
      { truth: { carina: [1, 0, 0, 1] }, predicted: [] },
      { truth, predicted: [predicted([0, 0, Number.NaN, 1])] },
      { truth, predicted: [predicted([0, 0, 1, 1]), predicted([0, 0, 1, 1])] },
    ];
    for (const item of bad) expect(() => metric.stats(item)).toThrow(InvalidInputError);
  });
});

describe('boxIobb', () => {
  it('divides by the area of the detection', () => {
    expect(boxIobb([0, 0, 10, 10], [5, 0, 100, 100])).toBe(0.5);
    expect(boxIobb([5, 0, 100, 100], [0, 0, 10, 10])).toBeCloseTo(50 / 9500, 15);
    expect(boxIobb([1, 1, 1, 1], [0, 0, 10, 10])).toBe(0);
  });
});
