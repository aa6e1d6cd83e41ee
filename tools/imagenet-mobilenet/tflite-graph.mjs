import { FlatTable } from './flat-table.mjs';

/**
 * @typedef {object} TfliteTensor
 * @property {readonly number[]} dims
 * @property {'float32' | 'int32' | 'uint8' | 'int8'} type
 * @property {Uint8Array} bytes - Empty for activations.
 * @property {readonly number[]} scales - One, or one per slice along `axis`; empty where not quantised.
 * @property {readonly number[]} zeroPoints
 * @property {number} axis
 */

/**
 * @typedef {object} TfliteOperator
 * @property {string} kind
 * @property {readonly number[]} inputs - Indices of tensors.
 * @property {readonly number[]} outputs
 * @property {number} stride - Of convolutions, else 1.
 * @property {'same' | 'valid'} padding
 * @property {'none' | 'relu6' | 'other'} activation - Fused into the operator.
 */

/** @typedef {{ tensors: TfliteTensor[], operators: TfliteOperator[] }} TfliteGraph */

// Numbers of tensorflow/lite/schema/schema.fbs, version 3.
const TYPES = /** @type {const} */ ({ 0: 'float32', 2: 'int32', 3: 'uint8', 9: 'int8' });
/** @type {Readonly<Record<number, string>>} */
const KINDS = {
  0: 'add',
  3: 'convolution',
  4: 'depthwise',
  22: 'reshape',
  25: 'softmax',
  40: 'mean',
  114: 'quantize',
};
/** Field of the fused activation in the options of each kind. @type {Readonly<Record<string, number>>} */
const ACTIVATION_FIELDS = { add: 0, convolution: 3, depthwise: 4 };

/**
 * Reads the first subgraph of a TFLite file.
 *
 * @param {Uint8Array} bytes
 * @returns {TfliteGraph}
 */
export function readTfliteGraph(bytes) {
  const magic = Buffer.from(bytes.subarray(4, 8)).toString('latin1');
  if (magic !== 'TFL3') throw new Error(`Expected a TFLite file (TFL3), got ${magic}`);
  const model = FlatTable.root(bytes);
  const kinds = model.tables(1).map((code) => {
    // Files before 2020 have the code in field 0 only, later ones in field 3.
    const number = Math.max(code.number(0, 'Int8'), code.number(3, 'Int32'));
    return KINDS[number] ?? `operator ${number}`;
  });
  const [subgraph] = model.tables(2);
  const buffers = model.tables(4).map((buffer) => buffer.bytes(0));
  return {
    tensors: subgraph.tables(0).map((table) => readTensor(table, buffers)),
    operators: subgraph.tables(3).map((table) => readOperator(table, kinds)),
  };
}

/**
 * @param {FlatTable} table
 * @param {Uint8Array[]} buffers
 * @returns {TfliteTensor}
 */
function readTensor(table, buffers) {
  const number = table.number(1, 'Int8');
  const type = TYPES[/** @type {keyof typeof TYPES} */ (number)];
  if (!type) throw new Error(`Expected float32, int32, uint8 or int8 tensors, got type ${number}`);
  const quantization = table.table(4);
  return {
    dims: table.numbers(0, 'Int32'),
    type,
    bytes: buffers[table.number(2, 'Uint32')],
    scales: quantization?.numbers(2, 'Float32') ?? [],
    zeroPoints: quantization?.longs(3) ?? [],
    axis: quantization?.number(6, 'Int32') ?? 0,
  };
}

/**
 * @param {FlatTable} table
 * @param {string[]} kinds
 * @returns {TfliteOperator}
 */
function readOperator(table, kinds) {
  const kind = kinds[table.number(0, 'Uint32')];
  const options = table.table(4);
  const isConvolution = kind === 'convolution' || kind === 'depthwise';
  const strides = [1, 2].map((field) => (isConvolution ? options?.number(field, 'Int32') : 1));
  if (strides[0] !== strides[1]) throw new Error(`Expected equal strides, got ${strides}`);
  const code = options?.number(ACTIVATION_FIELDS[kind] ?? 0, 'Int8') ?? 0;
  const isFused = kind in ACTIVATION_FIELDS && code !== 0;
  return {
    kind,
    inputs: table.numbers(1, 'Int32'),
    outputs: table.numbers(2, 'Int32'),
    stride: strides[0] ?? 1,
    padding: options?.number(0, 'Int8') === 0 ? 'same' : 'valid',
    activation: isFused ? (code === 3 ? 'relu6' : 'other') : 'none',
  };
}
