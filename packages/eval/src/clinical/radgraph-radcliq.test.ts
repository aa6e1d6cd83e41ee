import { readFileSync } from 'node:fs';
import { InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { resampled } from '../score/metric.js';
import { radCliq, radCliqMetric } from './radcliq.js';
import {
  type RadGraphAnnotation,
  radGraphCombined,
  radGraphF1,
  radGraphReward,
} from './radgraph-reward.js';

interface RewardCase {
  readonly hypothesis: RadGraphAnnotation;
  readonly reference: RadGraphAnnotation;
  readonly simple: number;
  readonly partial: number;
  readonly complete: number;
}

const golden = JSON.parse(
  readFileSync(new URL('../../test/fixtures/ce.json', import.meta.url), 'utf8'),
) as {
  readonly radgraph_rewards: readonly RewardCase[];
  readonly radcliq: {
    readonly inputs: readonly [number, number, number, number][];
    readonly radcliq_v0: readonly number[];
    readonly radcliq_v1: readonly number[];
    readonly radeval_reported_v1: number;
  };
};

const pairs = golden.radgraph_rewards.map(({ reference, hypothesis }) => ({
  reference,
  candidate: hypothesis,
}));
const parts = golden.radcliq.inputs.map(([radGraphCombined, bertScore, sEmb, bleu2]) => ({
  radGraphCombined,
  bertScore,
  sEmb,
  bleu2,
}));

describe('the RadGraph reward', () => {
  it.each(['simple', 'partial', 'complete'] as const)('compares %s annotations', (level) => {
    const expected = golden.radgraph_rewards.map((one) => one[level]);
    for (const [i, pair] of pairs.entries())
      expect(radGraphReward(pair, level)).toBeCloseTo(expected[i], 12);
    const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
    expect(resampled(radGraphF1(level), pairs).value()).toBeCloseTo(mean, 12);
    expect(resampled(radGraphF1(level), []).value()).toBeNull();
  });

  it('is combined for RadCliQ from entities and relations, case kept', () => {
    // "Mild" is not "mild": one of two entities, no relation.
    expect(radGraphCombined(pairs[0])).toBeCloseTo(0.25, 12);
    expect(radGraphCombined({ ...pairs[0], candidate: pairs[0].reference })).toBe(1);
    // Same words and labels but no relations on one side.
    expect(radGraphCombined(pairs[6])).toBe(0.5);
  });

  it('refuses relations to nothing', () => {
    const broken: RadGraphAnnotation = {
      entities: { 1: { tokens: 'a', label: 'b', relations: [['modify', '9']] } },
    };
    const pair = { reference: broken, candidate: broken };
    expect(() => radGraphReward(pair, 'complete')).toThrow(InvalidInputError);
    expect(() => radGraphCombined(pair)).toThrow(/"9"/);
  });
});

describe('RadCliQ', () => {
  it.each(['v0', 'v1'] as const)('%s follows the published regression', (version) => {
    for (const [i, one] of parts.entries())
      expect(radCliq(one, version)).toBeCloseTo(golden.radcliq[`radcliq_${version}`][i], 12);
  });

  it('is lower for better reports, and ReXrank prints 1 / mean', () => {
    expect(radCliq(parts[0])).toBeLessThan(radCliq(parts[1]));
    const mean = resampled(radCliqMetric(), parts).value() ?? Number.NaN;
    expect(1 / mean).toBeCloseTo(golden.radcliq.radeval_reported_v1, 9);
    expect(radCliqMetric().convention.better).toBe('lower');
    expect(resampled(radCliqMetric('v0'), []).value()).toBeNull();
  });

  it('refuses parts that are not finite', () => {
    expect(() => radCliq({ ...parts[0], sEmb: Number.NaN })).toThrow(/sEmb, got NaN/);
  });
});
