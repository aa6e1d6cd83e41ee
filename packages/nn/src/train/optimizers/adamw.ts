import type { Value } from '../../graph/graph.js';
import { add, div, mul, sqrt, sub } from '../../ops/elementwise.js';
import type { Optimizer } from './optimizer.js';

export interface AdamWOptions {
  /** @defaultValue 0.9 */
  readonly beta1?: number;
  /** @defaultValue 0.999 */
  readonly beta2?: number;
  /** @defaultValue 1e-8 */
  readonly epsilon?: number;
  /** Decoupled: multiplies the weight by 1 - learningRate * weightDecay. @defaultValue 0.01 */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), with PyTorch's defaults.
 * The bias corrections are moved out of the elementwise passes: m / (sqrt(v c2) + e) = m / sqrt(c2) / (sqrt(v) + e / sqrt(c2)).
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const root = (update: number): number => Math.sqrt(1 - beta2 ** update);
  const stepOf = shared((rate, scale: Value) => mul(rate, scale));
  const keptOf = shared((rate) => sub(1, mul(rate, weightDecay)));
  return {
    name: 'adamw',
    moments: ['m', 'v'],
    scalars: (update) => ({
      stepScale: root(update) / (1 - beta1 ** update),
      scaledEpsilon: epsilon * root(update),
    }),
    apply: ({ parameter, gradient, moments, scalars, learningRate, decay }) => {
      const m = add(mul(moments[0], beta1), mul(gradient, 1 - beta1));
      const v = add(mul(moments[1], beta2), mul(mul(gradient, gradient), 1 - beta2));
      const direction = div(m, add(sqrt(v), scalars.scaledEpsilon));
      const step = mul(direction, stepOf(learningRate, scalars.stepScale));
      const kept =
        decay && weightDecay > 0 ? mul(parameter, keptOf(learningRate, learningRate)) : parameter;
      return { parameter: sub(kept, step), moments: [m, v] };
    },
  };
}

/** Makes a scalar of a learning rate once for all parameters that have this rate. */
function shared(make: (rate: Value, other: Value) => Value): typeof make {
  const made = new WeakMap<Value, Value>();
  return (rate, other) => {
    const value = made.get(rate) ?? make(rate, other);
    made.set(rate, value);
    return value;
  };
}
