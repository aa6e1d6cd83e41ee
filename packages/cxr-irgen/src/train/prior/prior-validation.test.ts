import { openRuntime } from '@cxrkit/core/onnx';
import { initializeWeights } from '@cxrkit/nn/train';
import { expect, it } from 'vitest';
import { pseudoRandom } from '../../network/__fixtures__/golden.js';
import type { PriorConfig } from '../../network/prior/config.js';
import { FAITHFUL_PRIOR, type PriorRules } from './prior-rules.js';
import { priorStep } from './prior-step.js';
import type { PriorTable } from './prior-table.js';
import { priorValidation } from './prior-validation.js';

const CONFIG: PriorConfig = {
  ...{ side: 4, latentChannels: 1, patch: 2, width: 8, layers: 1, heads: 2, mlp: 8 },
  ...{ epsilon: 1e-12, outputWidth: 4, outputActivation: 'none', readsFindings: true },
};
const rows = (name: string, count: number, size: number): Float32Array[] =>
  Array.from({ length: count }, (_, i) => pseudoRandom(`${name}.${i}`, [size]));
const table: PriorTable = {
  latents: {
    ...{ latent: [1, 4, 4], scale: 1 },
    mean: rows('mean', 4, 16),
    logVariance: rows('variance', 4, 16),
  },
  reports: [[0], [1], [2], [3]],
  vectors: rows('vector', 4, 4),
  findings: [{ Edema: 'positive' }, { Fracture: 'positive' }, { Pneumonia: 'positive' }, {}],
};

it('evaluates with the findings of the picture, whatever is dropped and swapped in training', async () => {
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const step = priorStep(CONFIG, 2, FAITHFUL_PRIOR);
  await runtime.put(Object.fromEntries(initializeWeights(step.parameters, 1)));
  const score = (
    rules: Partial<PriorRules>,
    chosen = [0, 1, 2, 3],
  ): Promise<Record<string, number>> => {
    const options = {
      table,
      config: CONFIG,
      rules: { ...FAITHFUL_PRIOR, ...rules },
      step,
      seed: 1,
    };
    return priorValidation(chosen, 2, options)({ runtime });
  };
  const plain = await score({});
  expect(Object.keys(plain)).toEqual(['mse', 'cosine']);
  expect(await score({ findingsDropout: 1 })).toEqual(plain);
  expect(await score({ findingsSwap: 1 })).toEqual(plain);
  expect(await score({ posterior: 'mean' })).toEqual(plain);
  expect(await score({}, [0, 1])).not.toEqual(plain);
  // Beside each other pictures keep their own findings and reports.
  const alone = [await score({}, [0]), await score({}, [1])];
  const { mse } = await score({}, [0, 1]);
  expect(mse).toBeCloseTo((alone[0].mse + alone[1].mse) / 2, 6);
});
