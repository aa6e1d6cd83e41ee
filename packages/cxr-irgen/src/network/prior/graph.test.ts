import { createRandom, float32, int64, type Tensor } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { serializeGraph } from '@cxrkit/nn';
import { describe, expect, it } from 'vitest';
import { randomWeights } from '../../../test/tiny-sizes.js';
import { type FindingStates, findingCodes } from '../../prompt/index.js';
import type { PriorConfig } from './config.js';
import { flowNoise } from './flow-noise.js';
import { priorGraph } from './graph.js';

const FLOW = { width: 16, blocks: 1, steps: 1, deviation: 0.5 };
const CONFIG: PriorConfig = {
  ...{ side: 4, latentChannels: 1, patch: 2, width: 16, layers: 1, heads: 2, mlp: 32 },
  ...{ epsilon: 1e-12, outputWidth: 8, outputActivation: 'none', readsFindings: true, flow: FLOW },
};
const weights = randomWeights([priorGraph(CONFIG)], 5);
const numbers = (count: number, seed: number) => flowNoise(count, 1, createRandom(seed));
const latents = float32(numbers(16, 1), [1, 1, 4, 4]);
const noise = float32(numbers(8, 2), [1, 8]);

async function draw(findings: FindingStates, guidance?: number): Promise<number[]> {
  const flow = guidance === undefined ? FLOW : { ...FLOW, guidance };
  const codes = int64(findingCodes(findings), [1, 14]);
  const feeds: Record<string, Tensor> = { latents, noise, findings: codes };
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const graph = priorGraph({ ...CONFIG, flow });
  const session = await runtime.load(serializeGraph(graph, { weights }).bytes);
  const { vector } = await session.run(feeds);
  return Array.from(vector.data, Number);
}

describe('guidance of a prior', () => {
  it('goes beyond what the picture alone would say, in the direction of what is told', async () => {
    const [alone, told] = [await draw({}), await draw({ Cardiomegaly: 'positive' })];
    expect(told).not.toEqual(alone);
    const guided = await draw({ Cardiomegaly: 'positive' }, 3);
    // One step: the vector is linear in the velocity.
    for (const [i, value] of guided.entries())
      expect(value).toBeCloseTo(alone[i] + 3 * (told[i] - alone[i]), 4);
  });

  it('changes nothing where nothing is told, and as 1', async () => {
    const [alone, guided] = [await draw({}), await draw({}, 3)];
    for (const [i, value] of guided.entries()) expect(value).toBeCloseTo(alone[i], 5);
    const findings: FindingStates = { Edema: 'negative' };
    expect(await draw(findings, 1)).toEqual(await draw(findings));
  });
});
