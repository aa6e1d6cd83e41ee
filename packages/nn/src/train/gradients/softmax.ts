import { exp, mul, sub } from '../../ops/elementwise.js';
import { reduceSum } from '../../ops/reduce.js';
import { type GradientRule, intAttribute } from './rule.js';

export const softmaxRules: Readonly<Record<string, GradientRule>> = {
  Softmax: (node, d) => {
    const [y] = node.outputs;
    const weighted = mul(d, y);
    return [
      sub(
        weighted,
        mul(y, reduceSum(weighted, { axes: [intAttribute(node, 'axis', -1)], keepDims: true })),
      ),
    ];
  },
  LogSoftmax: (node, d) => {
    const sum = reduceSum(d, { axes: [intAttribute(node, 'axis', -1)], keepDims: true });
    return [sub(d, mul(exp(node.outputs[0]), sum))];
  },
};
