import { expect, it } from 'vitest';
import { nameWeights } from './name-weights.mjs';

/** @typedef {import('./tflite-graph.mjs').TfliteTensor} TfliteTensor */
/** @typedef {import('./tflite-graph.mjs').TfliteOperator} TfliteOperator */

/** A network of 1x1 kernels: each kind with its activation; numbers of one tensor are all alike. */
function network(/** @type {readonly (readonly [string, ('relu6' | 'none')?])[]} */ plan) {
  /** @type {TfliteTensor[]} */
  const tensors = [];
  const constant = (/** @type {number[]} */ dims, /** @type {number} */ value) => {
    const count = dims.reduce((a, b) => a * b, 1);
    const bytes = new Uint8Array(new Float32Array(count).fill(value).buffer);
    return tensors.push({ dims, type: 'float32', bytes, scales: [], zeroPoints: [], axis: 0 }) - 1;
  };
  const image = constant([1, 4, 4, 2], 0);
  const operators = plan.map(([kind, activation = 'none'], i) => {
    const weight = constant(kind === 'depthwise' ? [1, 1, 1, 2] : [2, 1, 1, 2], i);
    const inputs = kind === 'add' ? [image, image] : [image, weight, constant([2], -i)];
    return {
      kind,
      inputs,
      outputs: [],
      stride: 1,
      padding: /** @type {const} */ ('same'),
      activation,
    };
  });
  return { tensors, operators: /** @type {TfliteOperator[]} */ (operators) };
}

/** @type {readonly [string, ('relu6' | 'none')?][]} */
const mobileNet = [
  ['quantize'],
  ['convolution', 'relu6'],
  ['depthwise', 'relu6'],
  ['convolution'],
  ['convolution', 'relu6'],
  ['depthwise', 'relu6'],
  ['convolution'],
  ['add'],
  ['convolution', 'relu6'],
  ['mean'],
  ['convolution'],
  ['reshape'],
  ['softmax'],
];

it('names stem, blocks, last convolution and classifier as torchvision does', () => {
  const weights = nameWeights(network(mobileNet));
  const names = [...weights.keys()].filter((name) => name.endsWith('.weight'));
  expect(names.map((name) => [name, weights.get(name)?.data[0]])).toEqual([
    ['features.0.0.weight', 1],
    ['features.1.conv.0.0.weight', 2],
    ['features.1.conv.1.weight', 3],
    ['features.2.conv.0.0.weight', 4],
    ['features.2.conv.1.0.weight', 5],
    ['features.2.conv.2.weight', 6],
    ['features.3.0.weight', 8],
    ['classifier.1.weight', 10],
  ]);
  expect(weights.get('features.2.conv.2.bias')?.data).toEqual(Float32Array.of(-6, -6));
  expect(weights.get('classifier.1.weight')?.dims).toEqual([2, 2]);
});

it('refuses another architecture', () => {
  expect(() => nameWeights(network([['convolution', 'relu6'], ['operator 34']]))).toThrow(
    'got operator 34',
  );
  expect(() =>
    nameWeights(network([['convolution', 'relu6'], ['convolution', 'relu6'], ['convolution']])),
  ).toThrow('Expected an inverted residual block');
});
