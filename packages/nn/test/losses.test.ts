import { Graph, reduceSum, type Value } from '@cxrkit/nn';
import {
  binaryAccuracy,
  binaryCrossEntropy,
  contrastive,
  crossEntropy,
  smoothL1,
  weightedMean,
} from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import { float64Program } from '../src/testing/evaluate-float64.js';
import { ndArray } from '../src/testing/nd-array.js';
import { gradients } from '../src/train/autodiff.js';
import { largestDifference, loadFixture, type StoredTensor } from './training-support.js';

interface Golden {
  readonly inputs: StoredTensor[];
  readonly value: StoredTensor;
  readonly gradient: StoredTensor;
}

const functions: Readonly<Record<string, (x: Value, y: Value) => Value>> = {
  'cross entropy': crossEntropy,
  'binary cross entropy': binaryCrossEntropy,
  'binary cross entropy, positive weight 3': (x, y) => binaryCrossEntropy(x, y, 3),
  'smooth L1, beta 1/9': (x, y) => smoothL1(x, y, 1 / 9),
  'smooth L1, beta 1': (x, y) => smoothL1(x, y, 1),
  contrastive: (x) => contrastive(x, identity(x)),
  'contrastive, shared matches': contrastive,
  'weighted mean': weightedMean,
};

function identity(like: Value): Value {
  const data = Float32Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 1 : 0));
  return like.graph.constant({ type: 'float32', dims: [6, 6], data });
}

/** Builds on inputs and evaluates in float64. */
function evaluate(
  inputs: readonly StoredTensor[],
  build: (values: Value[]) => Value[],
): number[][] {
  const graph = new Graph('training');
  const values = inputs.map(({ type, dims }, i) => graph.input(`x${i}`, type, dims));
  const feeds = inputs.map(
    ({ dims, data }, i) => [`x${i}`, ndArray(dims, Float64Array.from(data))] as const,
  );
  return float64Program(graph, build(values))(new Map(feeds)).map(({ data }) => Array.from(data));
}

describe('losses equal PyTorch', () => {
  const goldens = loadFixture<Record<string, Golden>>('losses');

  it('has a function for each case', () => {
    expect(Object.keys(functions)).toEqual(Object.keys(goldens));
  });

  it.each(Object.keys(functions))('%s', (name) => {
    const golden = goldens[name];
    const [value, gradient] = evaluate(golden.inputs, ([x, y]) => {
      const loss = functions[name](x, y);
      const [slope] = gradients(reduceSum(loss), [x]);
      return [loss, slope as Value];
    });
    // Inputs have 8 digits.
    const scale = Math.max(1, ...golden.value.data);
    expect(largestDifference(value, golden.value.data)).toBeLessThan(1e-7 * scale);
    expect(largestDifference(gradient, golden.gradient.data)).toBeLessThan(1e-6);
  });

  it('binary cross-entropy stays finite far out', () => {
    const inputs = [
      { type: 'float32' as const, dims: [4], data: [-1e4, 1e4, 1e4, -1e4] },
      { type: 'float32' as const, dims: [4], data: [1, 0, 1, 0] },
    ];
    const [value] = evaluate(inputs, ([x, y]) => [binaryCrossEntropy(x, y)]);
    expect(value).toEqual([1e4, 1e4, 0, 0]);
  });

  it('weighted mean of nothing is 0', () => {
    const inputs = [
      { type: 'float32' as const, dims: [2], data: [3, 4] },
      { type: 'float32' as const, dims: [2], data: [0, 0] },
    ];
    expect(evaluate(inputs, ([x, y]) => [weightedMean(x, y)])).toEqual([[0]]);
  });

  it('binary accuracy counts the weighted elements on the right side of 0', () => {
    const inputs = [
      { type: 'float32' as const, dims: [4], data: [2, -1, 3, -4] },
      { type: 'float32' as const, dims: [4], data: [1, 1, 0, 0] },
      { type: 'float32' as const, dims: [4], data: [1, 1, 0, 2] },
    ];
    const [[value]] = evaluate(inputs, ([x, y, w]) => [binaryAccuracy(x, y, w)]);
    expect(value).toBeCloseTo(3 / 4, 6);
  });
});
