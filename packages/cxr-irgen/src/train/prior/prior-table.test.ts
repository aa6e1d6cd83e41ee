import type { Tensors } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import type { PriorConfig } from '../../network/prior/config.js';
import { type FindingStates, findingCodes } from '../../prompt/index.js';
import { expectRate } from '../__fixtures__/expect-rate.js';
import { FAITHFUL_PRIOR, type PriorRules } from './prior-rules.js';
import { type PriorTable, priorBatch } from './prior-table.js';

const [WIDTH, CELLS, DRAWS] = [3, 4, 4000];
const filled = (value: number, length = WIDTH): Float32Array =>
  new Float32Array(length).fill(value);
const FINDINGS: readonly FindingStates[] = [
  { Edema: 'positive', Fracture: 'negative' },
  { Pneumonia: 'positive', Fracture: 'negative' },
];
/** Two pictures, the first with two wordings of its report. */
const table: PriorTable = {
  latents: {
    ...{ latent: [1, 2, 2], scale: 0.5 },
    mean: [filled(2, CELLS), filled(4, CELLS)],
    logVariance: [filled(Math.log(0.09), CELLS), filled(Math.log(0.09), CELLS)],
  },
  reports: [[0, 1], [2]],
  vectors: [filled(10), filled(11), filled(20)],
  findings: FINDINGS,
};
const CONFIG: PriorConfig = {
  ...{ side: 2, latentChannels: 1, patch: 1, width: 4, layers: 1, heads: 1, mlp: 4 },
  ...{ epsilon: 1e-12, outputWidth: WIDTH, outputActivation: 'tanh' },
};
const READING = { ...CONFIG, readsFindings: true };
const FLOW = { width: 4, blocks: 1, steps: 4, deviation: 0.4 };

/** Batches of both pictures, joined; places with an even number are the first picture. */
function drawn(config: PriorConfig, rules: Partial<PriorRules> = {}): Tensors[] {
  const options = { table, config, rules: { ...FAITHFUL_PRIOR, ...rules } };
  return Array.from({ length: DRAWS }, (_, index) => priorBatch([0, 1], options, [5, index]));
}

const firstOf = ({ vectors }: Tensors): number => Number(vectors.data[0]);
const codesOf = ({ findings }: Tensors): number[] => Array.from(findings.data, Number).slice(0, 14);
const isTold = (batch: Tensors, states: FindingStates): boolean =>
  String(codesOf(batch)) === String(findingCodes(states));

describe('a batch of the prior', () => {
  it('holds pictures and one report each, any wording as often', () => {
    const batches = drawn(CONFIG);
    const [first] = batches;
    expect(Object.keys(first).sort()).toEqual(['latents', 'vectors']);
    expect(first.latents.dims).toEqual([2, 1, 2, 2]);
    expect(first.vectors.dims).toEqual([2, WIDTH]);
    expect(new Set(batches.map(firstOf))).toEqual(new Set([10, 11]));
    expectRate(batches.filter((batch) => firstOf(batch) === 10).length, DRAWS, 0.5);
    expect(new Set(batches.map(({ vectors }) => vectors.data[WIDTH]))).toEqual(new Set([20]));
  });

  it('takes the mean of the posterior, or a sample of it', () => {
    const means = drawn(CONFIG, { posterior: 'mean' });
    expect([...means[0].latents.data]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    const samples = drawn(CONFIG, { posterior: 'sample' }).flatMap(({ latents }) =>
      [...latents.data].slice(0, CELLS).map(Number),
    );
    const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length;
    const variance = samples.reduce((sum, x) => sum + (x - 1) ** 2, 0) / samples.length;
    expect(Math.abs(mean - 1)).toBeLessThan((6 * 0.15) / Math.sqrt(samples.length));
    expect(Math.abs(Math.sqrt(variance) - 0.15)).toBeLessThan(
      (6 * 0.15) / Math.sqrt(samples.length),
    );
  });

  it('tells what is positive, and of what is absent a share', () => {
    const batches = drawn(READING);
    const [whole, short] = [FINDINGS[0], { Edema: 'positive' } as const];
    const said = batches.filter((batch) => isTold(batch, whole)).length;
    expect(said + batches.filter((batch) => isTold(batch, short)).length).toBe(DRAWS);
    expectRate(said, DRAWS, 0.5);
    expect(batches.every((batch) => firstOf(batch) < 20)).toBe(true);
  });

  it('tells nothing at the rate of findingsDropout', () => {
    const batches = drawn(READING, { findingsDropout: 0.3 });
    expectRate(batches.filter((batch) => isTold(batch, {})).length, DRAWS, 0.3);
    expect(batches.every((batch) => firstOf(batch) < 20)).toBe(true);
  });

  it('tells the findings of another picture of the batch and asks for its report, at the rate of findingsSwap', () => {
    const batches = drawn(READING, { findingsDropout: 0.3, findingsSwap: 0.4 });
    const swapped = batches.filter((batch) => firstOf(batch) === 20);
    // Half of the draws are the picture itself.
    expectRate(swapped.length, DRAWS, 0.2);
    const others: FindingStates[] = [FINDINGS[1], { Pneumonia: 'positive' }];
    for (const batch of swapped) {
      expect(others.some((states) => isTold(batch, states))).toBe(true);
      expect(batch.latents.data[0]).not.toBe(batch.latents.data[CELLS]);
    }
    // What is swapped is always told.
    expectRate(batches.filter((batch) => isTold(batch, {})).length, DRAWS, 0.6 * 0.3);
  });

  it('keeps the picture where the findings are swapped', () => {
    const batches = drawn(READING, { findingsSwap: 1, posterior: 'mean' });
    for (const { latents } of batches)
      expect([...latents.data.slice(0, 5)]).toEqual([1, 1, 1, 1, 2]);
  });

  it('holds eight paths a picture where it has a flow, with noise of its deviation and all times', () => {
    const batches = drawn({ ...CONFIG, flow: FLOW }).slice(0, 300);
    const [first] = batches;
    expect(first.vectors.dims).toEqual([16, WIDTH]);
    expect(first.noise.dims).toEqual([16, WIDTH]);
    expect(first.times.dims).toEqual([16]);
    const wordings = batches.flatMap(
      ({ vectors }) => [...vectors.data.slice(0, 8 * WIDTH)] as number[],
    );
    expect(new Set(wordings)).toEqual(new Set([10, 11]));
    const own = batches.flatMap(({ vectors }) => [...vectors.data.slice(8 * WIDTH)] as number[]);
    expect(new Set(own)).toEqual(new Set([20]));
    const times = batches.flatMap(({ times: each }) => [...each.data] as number[]);
    expectRate(times.filter((time) => time < 0.25).length, times.length, 0.25);
    const noise = batches.flatMap(({ noise: each }) => [...each.data] as number[]);
    const deviation = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length);
    expect(Math.abs(deviation - 0.4)).toBeLessThan((6 * 0.4) / Math.sqrt(noise.length));
  });
});
