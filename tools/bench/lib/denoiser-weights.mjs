import { createRandom, float32 } from '@cxrkit/core';

const random = createRandom(1);

/**
 * Numbers in [-scale, scale].
 *
 * @param {readonly number[]} dims
 */
export function noise(dims, scale = 1) {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    Float32Array.from({ length: count }, () => scale * (2 * random.uniform() - 1)),
    [...dims],
  );
}

/** @param {import('@cxrkit/nn').Graph} graph */
export function randomWeights(graph) {
  return new Map([...graph.parameters].map(([name, { dims }]) => [name, noise(dims, 0.02)]));
}

/** @param {ReadonlyMap<string, import('@cxrkit/core').Tensor>} weights */
export function countOf(weights) {
  return [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
}
