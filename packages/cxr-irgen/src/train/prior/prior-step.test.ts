import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, type Tensors } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { serializeGraph } from '@cxrkit/nn';
import { train, warmCosineSchedule } from '@cxrkit/nn/train';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PriorConfig } from '../../network/prior/config.js';
import { flowNoise } from '../../network/prior/flow-noise.js';
import { priorGraph } from '../../network/prior/graph.js';
import { PRIOR_RULES } from './prior-rules.js';
import { priorStep } from './prior-step.js';
import { targetsOf } from './prior-table.js';

const [BATCH, LENGTH, UPDATES, DEVIATION] = [4, 8, 500, 0.4];
const CONFIG: PriorConfig = {
  ...{ side: 4, latentChannels: 1, patch: 4, width: 16, layers: 1, heads: 2, mlp: 32 },
  ...{ epsilon: 1e-12, outputWidth: LENGTH, outputActivation: 'none' },
  flow: { width: 32, blocks: 2, steps: 16, deviation: DEVIATION },
};
const DRAWS = 32;
/** Two texts that fit the same picture, at 1 and at -1 of this axis. */
const AXIS = flowNoise(LENGTH, DEVIATION, createRandom(1));
const TARGETS = BATCH * targetsOf(CONFIG);
const blank = (count: number) => float32(new Float32Array(count * 16), [count, 1, 4, 4]);

function batch(index: number): Tensors {
  const random = createRandom(2, index);
  const rows = Array.from({ length: TARGETS }, () => {
    const end = random.uniform() < 0.5 ? 1 : -1;
    const vector = AXIS.map((x) => end * x);
    return { vector, noise: flowNoise(LENGTH, DEVIATION, random), time: random.uniform() };
  });
  const joined = (parts: Float32Array[]) =>
    float32(Float32Array.from(parts.flatMap((part) => [...part])), [TARGETS, LENGTH]);
  return {
    latents: blank(BATCH),
    vectors: joined(rows.map(({ vector }) => vector)),
    noise: joined(rows.map(({ noise }) => noise)),
    times: float32(rows.map(({ time }) => time)),
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxrkit-flow-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('learns to draw one text or the other, where a mean would be neither', async () => {
  const { averageWeights: weights } = await train({
    ...{ runFolder: folder, step: priorStep(CONFIG, BATCH, { ...PRIOR_RULES, ema: 0.98 }) },
    ...{ updates: UPDATES, seed: 3, threads: 1, title: 'Flow' },
    batches: { batch: async (index) => batch(index), [Symbol.asyncDispose]: async () => {} },
    schedule: warmCosineSchedule(1e-2, UPDATES),
  });
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const session = await runtime.load(serializeGraph(priorGraph(CONFIG), { weights }).bytes);
  const noise = float32(flowNoise(DRAWS * LENGTH, DEVIATION, createRandom(4)), [DRAWS, LENGTH]);
  const { vector } = await session.run({ latents: blank(DRAWS), noise });
  const square = AXIS.reduce((sum, x) => sum + x * x, 0);
  const places = Array.from({ length: DRAWS }, (_, row) =>
    AXIS.reduce((sum, x, i) => sum + (x * Number(vector.data[row * LENGTH + i])) / square, 0),
  );
  const share = (is: (place: number) => boolean): number => places.filter(is).length / DRAWS;
  expect(share((place) => Math.abs(Math.abs(place) - 1) < 0.4)).toBeGreaterThan(0.9);
  expect(share((place) => place > 0)).toBeGreaterThan(0.2);
  expect(share((place) => place < 0)).toBeGreaterThan(0.2);
});
