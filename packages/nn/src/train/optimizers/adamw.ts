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

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), with PyTorch's defaults. */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  return {
    name: 'adamw',
    moments: ['m', 'v'],
    scalars: (update) => ({
      correction1: 1 / (1 - beta1 ** update),
      correction2: 1 / (1 - beta2 ** update),
    }),
    apply: ({ parameter, gradient, moments, scalars, learningRate, decay }) => {
      const m = add(mul(moments[0], beta1), mul(gradient, 1 - beta1));
      const v = add(mul(moments[1], beta2), mul(mul(gradient, gradient), 1 - beta2));
      const step = div(
        mul(m, scalars.correction1),
        add(sqrt(mul(v, scalars.correction2)), epsilon),
      );
      const kept =
        decay && weightDecay > 0
          ? mul(parameter, sub(1, mul(learningRate, weightDecay)))
          : parameter;
      return { parameter: sub(kept, mul(step, learningRate)), moments: [m, v] };
    },
  };
}
