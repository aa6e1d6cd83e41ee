import {
  argMax,
  cast,
  equal,
  Graph,
  gather,
  greater,
  layerNorm,
  less,
  maxPool,
  mul,
  oneHot,
  reduceSum,
  stopGradient,
  type Value,
} from '@cxrkit/nn';
import { describe, expect, it } from 'vitest';
import { gradients } from '../src/train/autodiff.js';

const flat: readonly [string, (x: Value) => Value][] = [
  ['ArgMax', (x) => cast(argMax(x, 1), 'float32')],
  ['Equal', (x) => cast(equal(x, 1), 'float32')],
  ['Greater', (x) => cast(greater(x, 0), 'float32')],
  ['Less', (x) => cast(less(x, 0), 'float32')],
  ['OneHot of integers', (x) => oneHot(cast(x, 'int64'), 4)],
  ['Cast to integers', (x) => cast(cast(x, 'int64'), 'float32')],
  ['stopGradient', (x) => stopGradient(mul(x, x))],
];

describe('no gradient passes', () => {
  it.each(flat)('%s', (_, f) => {
    const graph = new Graph('training');
    const x = graph.input('x', 'float32', [2, 3]);
    expect(gradients(reduceSum(f(x)), [x])).toEqual([undefined]);
  });

  it.each(flat)('%s beside a path that has one', (_, f) => {
    const graph = new Graph('training');
    const x = graph.input('x', 'float32', [2, 3]);
    const [slope] = gradients(mul(reduceSum(f(x)), reduceSum(mul(x, x))), [x]);
    expect(slope?.dims).toEqual([2, 3]);
  });

  it('to a value the loss does not depend on', () => {
    const graph = new Graph('training');
    const [x, other] = ['x', 'other'].map((name) => graph.input(name, 'float32', [2]));
    expect(gradients(reduceSum(x), [other, x]).map(Boolean)).toEqual([false, true]);
  });

  it('through indices', () => {
    const graph = new Graph('training');
    const table = graph.input('table', 'float32', [4, 2]);
    const x = graph.input('x', 'float32', [3]);
    expect(gradients(reduceSum(gather(table, cast(x, 'int64'))), [x])).toEqual([undefined]);
  });
});

describe('refusals', () => {
  it('of a loss that is no scalar', () => {
    const x = new Graph('training').input('x', 'float32', [2]);
    expect(() => gradients(mul(x, x), [x])).toThrow('Expected a scalar for loss, got "dims [2]"');
  });

  it('of an operation without a rule', () => {
    const graph = new Graph('training');
    const x = graph.input('x', 'float32', [2]);
    const [y] = graph.node('Celu', [x], [{ type: 'float32', dims: [2] }]);
    expect(() => gradients(reduceSum(y), [x])).toThrow('got "Celu"');
  });

  it.each([
    ['MaxPool', (x: Value) => maxPool(x, 2)],
    ['LayerNormalization', (x: Value) => layerNorm(x, 'ln')],
  ])('of %s in an inference graph', (opType, f) => {
    const x = new Graph('inference').input('x', 'float32', [1, 1, 4, 4]);
    expect(() => gradients(reduceSum(f(x)), [x])).toThrow(
      `Expected mode training for graph around ${opType}`,
    );
  });
});
