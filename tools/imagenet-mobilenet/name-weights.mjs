import { dequantize, toKernel } from './dequantize.mjs';

/** @typedef {import('./tflite-graph.mjs').TfliteGraph} TfliteGraph */
/** @typedef {import('./tflite-graph.mjs').TfliteOperator} TfliteOperator */
/** @typedef {{ type: 'float32', dims: readonly number[], data: Float32Array }} Weight */

/**
 * Walks a MobileNetV2 and names its convolutions as torchvision does. Batch normalisation is folded into
 * them in the file, hence `weight` and `bias` only.
 *
 * @param {TfliteGraph} graph
 * @returns {Map<string, Weight>} `features.*` and, last, `classifier.1.*`.
 */
export function nameWeights(graph) {
  /** @type {Map<string, Weight>} */
  const weights = new Map();
  /** Convolutions with ReLU6 that wait for the linear one that ends their block. @type {TfliteOperator[]} */
  let open = [];
  let index = 0;
  for (const operator of graph.operators) {
    if (operator.kind === 'convolution' || operator.kind === 'depthwise') {
      open.push(checked(operator));
      if (index === 0) {
        addAll(weights, graph, open, ['features.0.0']);
        index = 1;
        open = [];
      } else if (operator.activation === 'none') {
        addAll(weights, graph, open, blockNames(open, index++));
        open = [];
      }
    } else if (operator.kind === 'add') checkResidual(graph, operator);
    else if (operator.kind === 'mean') {
      addAll(weights, graph, open, [`features.${index}.0`]);
      open = [];
      index = Number.NaN; // What follows is the classifier.
    } else if (!['quantize', 'reshape', 'softmax'].includes(operator.kind))
      throw new Error(`Expected the operators of a MobileNetV2, got ${operator.kind}`);
  }
  return weights;
}

/**
 * @param {readonly TfliteOperator[]} convolutions
 * @param {number} index
 */
function blockNames(convolutions, index) {
  const kinds = convolutions.map(({ kind }) => kind).join(' ');
  const prefix = `features.${index}.conv`;
  if (kinds === 'convolution depthwise convolution')
    return [`${prefix}.0.0`, `${prefix}.1.0`, `${prefix}.2`];
  if (kinds === 'depthwise convolution') return [`${prefix}.0.0`, `${prefix}.1`];
  if (kinds === 'convolution' && Number.isNaN(index)) return ['classifier.1'];
  throw new Error(`Expected an inverted residual block, got ${kinds}`);
}

/**
 * @param {Map<string, Weight>} weights
 * @param {TfliteGraph} graph
 * @param {readonly TfliteOperator[]} operators
 * @param {readonly string[]} names
 */
function addAll(weights, graph, operators, names) {
  if (operators.length !== names.length)
    throw new Error(`Expected ${names.length} convolutions for ${names}, got ${operators.length}`);
  operators.forEach(({ kind, inputs }, i) => {
    const [, weight, bias] = inputs.map((input) => graph.tensors[input]);
    const kernel = toKernel(weight, kind === 'depthwise');
    const dims = names[i].startsWith('classifier') ? kernel.dims.slice(0, 2) : kernel.dims;
    weights.set(`${names[i]}.weight`, { ...kernel, dims });
    weights.set(`${names[i]}.bias`, {
      type: 'float32',
      dims: bias.dims,
      data: dequantize(bias),
    });
  });
}

/** @param {TfliteOperator} operator */
function checked(operator) {
  const { kind, padding, activation } = operator;
  if (padding !== 'same' || activation === 'other')
    throw new Error(`Expected SAME padding and ReLU6 or nothing, got ${padding}, ${activation}`);
  if (kind === 'depthwise' && activation !== 'relu6')
    throw new Error(`Expected ReLU6 after a depthwise convolution, got ${activation}`);
  return operator;
}

/**
 * @param {TfliteGraph} graph
 * @param {TfliteOperator} operator
 */
function checkResidual({ tensors }, { inputs, activation }) {
  const [a, b] = inputs.map((input) => String(tensors[input].dims));
  if (a !== b || activation !== 'none')
    throw new Error(`Expected a plain sum of equal shapes, got [${a}] and [${b}], ${activation}`);
}
