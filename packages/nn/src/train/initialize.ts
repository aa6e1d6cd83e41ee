import { createRandom, float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import type { Parameter } from '../graph/graph.js';

/**
 * Makes the first weights of a run.
 *
 * @param parameters - Of a graph.
 * @param seed - Each weight has its own random stream of this seed and its name, so that adding a layer changes no other.
 * @param given - Weights to start from instead, by name.
 * @throws {@link InvalidInputError} if a given weight has another shape, or none of those given fits by name.
 */
export function initializeWeights(
  parameters: ReadonlyMap<string, Parameter>,
  seed: number,
  given: ReadonlyMap<string, Tensor> = new Map(),
): Map<string, Tensor> {
  const names = [...given.keys()];
  if (names.length > 0 && !names.some((name) => parameters.has(name)))
    throw new InvalidInputError(
      'weights to start from',
      `some by the network's names, such as ${[...parameters.keys()][0]}`,
      `none, but such as ${names[0]}`,
    );
  const weights = new Map<string, Tensor>();
  for (const [name, { dims, initializer }] of parameters) {
    const known = given.get(name);
    if (known && String(known.dims) !== String(dims))
      throw new InvalidInputError(`weight ${name}`, `dims [${dims}]`, `dims [${known.dims}]`);
    const random = createRandom(seed, ...[...name].map((letter) => letter.charCodeAt(0)));
    weights.set(name, known ?? float32(initializer(dims, random), dims));
  }
  return weights;
}
