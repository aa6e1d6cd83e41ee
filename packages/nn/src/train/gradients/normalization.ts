import { staticDim, staticSize } from '../../graph/dims.js';
import type { GraphNode, Value } from '../../graph/graph.js';
import { add, div, mul, sqrt, sub } from '../../ops/elementwise.js';
import { reduceMean, reduceSum } from '../../ops/reduce.js';
import { reshape } from '../../ops/shape.js';
import { type GradientRule, trainingOutput } from './rule.js';

/** Ba et al. 2016; the op's extra outputs are the mean and 1 / deviation of each row. */
const layerNormalizationRule: GradientRule = (node, d, needs) => {
  const [x, scale] = node.inputs as [Value, Value];
  const [mean, inverseDeviation] = [trainingOutput(node, 1), trainingOutput(node, 2)];
  const normalized = mul(sub(x, mean), inverseDeviation);
  const rows = [...x.dims.keys()].slice(0, -1);
  const last = { axes: [-1], keepDims: true };
  const g = mul(d, scale);
  const dx = (): Value =>
    mul(
      sub(sub(g, reduceMean(g, last)), mul(normalized, reduceMean(mul(g, normalized), last))),
      inverseDeviation,
    );
  return [
    needs(0) ? dx() : undefined,
    needs(1) ? reduceSum(mul(d, normalized), { axes: rows }) : undefined,
    needs(2) ? reduceSum(d, { axes: rows }) : undefined,
  ];
};

/** Fixed statistics: y = (x - mean) * scale / deviation + bias; statistics take no gradient. */
function frozenBatchNormalization(
  node: GraphNode,
  d: Value,
  needs: (index: number) => boolean,
): (Value | undefined)[] {
  const [x, scale, , mean, variance] = node.inputs as Value[];
  const perChannel = channelView(x);
  const inverse = div(1, sqrt(add(variance, epsilonOf(node))));
  const space = { axes: [0, 2, 3] };
  const dScale = (): Value => mul(reduceSum(mul(d, sub(x, perChannel(mean))), space), inverse);
  return [
    needs(0) ? mul(d, perChannel(mul(scale, inverse))) : undefined,
    needs(1) ? dScale() : undefined,
    needs(2) ? reduceSum(d, space) : undefined,
  ];
}

/** Ioffe & Szegedy 2015, arranged as d * a + x * b + c with a, b, c per channel: few passes over the maps. */
function batchNormalizationRule(
  node: GraphNode,
  d: Value,
  needs: (index: number) => boolean,
): (Value | undefined)[] {
  const [x, scale] = node.inputs as [Value, Value];
  const [, mean, variance] = node.outputs;
  const perChannel = channelView(x);
  const count = staticSize([x.dims[0], x.dims[2], x.dims[3]], 'batch-norm input');
  const inverse = div(1, sqrt(add(variance, epsilonOf(node))));
  const sum = reduceSum(d, { axes: [0, 2, 3] });
  const dScale = mul(sub(reduceSum(mul(d, x), { axes: [0, 2, 3] }), mul(sum, mean)), inverse);
  const dx = (): Value => {
    const a = mul(scale, inverse);
    const b = div(mul(mul(a, inverse), dScale), -count);
    const c = sub(div(mul(a, sum), -count), mul(b, mean));
    return add(add(mul(d, perChannel(a)), mul(x, perChannel(b))), perChannel(c));
  };
  return [needs(0) ? dx() : undefined, dScale, sum];
}

const channelView =
  (x: Value) =>
  (v: Value): Value =>
    reshape(v, [1, staticDim(x.dims[1], 'channels'), 1, 1]);

function epsilonOf(node: GraphNode): number {
  const value = node.attributes.epsilon;
  return typeof value === 'object' && 'float' in value ? value.float : 1e-5;
}

export const normalizationRules: Readonly<Record<string, GradientRule>> = {
  LayerNormalization: layerNormalizationRule,
  BatchNormalization: (node, d, needs) =>
    node.attributes.training_mode === 1
      ? batchNormalizationRule(node, d, needs)
      : frozenBatchNormalization(node, d, needs),
};
