import { add, mul, sub } from '../../ops/elementwise.js';
import type { Optimizer } from './optimizer.js';

export interface SgdOptions {
  /** @defaultValue 0.9 */
  readonly momentum?: number;
  /** Added to the gradient as L2 regularisation. @defaultValue 0 */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent with momentum, as torch.optim.SGD (no dampening, no Nesterov). */
export function sgd({ momentum = 0.9, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  return {
    name: 'sgd',
    moments: ['velocity'],
    scalars: () => ({}),
    apply: ({ parameter, gradient, moments, learningRate, decay }) => {
      const g = decay && weightDecay > 0 ? add(gradient, mul(parameter, weightDecay)) : gradient;
      const velocity = add(mul(moments[0], momentum), g);
      return { parameter: sub(parameter, mul(velocity, learningRate)), moments: [velocity] };
    },
  };
}
