import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { InvalidInputError, type Tensor, type TensorType } from '@cxrkit/core';
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import { float32ToFloat16 } from '../checkpoint/half.js';
import type { Attribute, Graph, GraphNode, Value } from './graph.js';
import { liveNodes } from './prune.js';

/** Opset of every graph we write. */
export const OPSET = 18;
const IR_VERSION = 9n;

const dataTypes: Readonly<Record<TensorType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  float16: TensorProto_DataType.FLOAT16,
  int64: TensorProto_DataType.INT64,
  int32: TensorProto_DataType.INT32,
  int8: TensorProto_DataType.INT8,
  uint8: TensorProto_DataType.UINT8,
  bool: TensorProto_DataType.BOOL,
};

export interface SerializeOptions {
  /** Weights by parameter name; embedded as initialisers. Without them parameters become inputs. */
  readonly weights?: ReadonlyMap<string, Tensor>;
  /** Storage of float32 weights; `float16` halves the file and is cast back when the graph is loaded. @defaultValue 'float32' */
  readonly storage?: 'float32' | 'float16';
  /**
   * Puts tensors of 1 kB and more into this file beside the graph. Needed above 2 GB, the limit of a protobuf message:
   * write the pieces of `SerializedGraph.external` one after another, and give a session the file as external data.
   */
  readonly externalFile?: string;
}

/** A serialised graph; `external` holds the pieces of the external file, in order. */
export interface SerializedGraph {
  readonly bytes: Uint8Array;
  readonly external: readonly Uint8Array[];
  /** Names of the inputs that are left after unused ones were dropped. */
  readonly inputs: readonly string[];
}

/**
 * Writes `graph` as an ONNX model, leaving out operations that no output needs.
 *
 * @throws {@link InvalidInputError} if `weights` lacks a parameter or holds one of another size.
 */
export function serializeGraph(graph: Graph, options: SerializeOptions = {}): SerializedGraph {
  const nodes = liveNodes(graph);
  const used = new Set(nodes.flatMap((node) => node.inputs.map((input) => input?.name)));
  const writer = new TensorWriter(options.externalFile);
  for (const [name, tensor] of graph.constants) if (used.has(name)) writer.add(name, tensor);
  const casts = options.weights
    ? embedWeights(graph, used, writer, options.weights, options.storage)
    : [];
  const parameters = options.weights
    ? []
    : [...graph.parameters.values()].map(({ value }) => value);
  const proto: MessageInitShape<typeof GraphProtoSchema> = {
    name: 'cxrkit',
    node: [...casts, ...nodes.map(nodeProto)],
    initializer: writer.tensors,
    input: [...graph.inputs.values(), ...parameters]
      .filter(({ name }) => used.has(name))
      .map(valueInfo),
    output: [...graph.outputs.values()].map(valueInfo),
  };
  const inputs = (proto.input ?? []).map(({ name = '' }) => name);
  return { bytes: modelBytes(proto), external: writer.external, inputs };
}

/** Writes a graph as an ONNX model of our opset. */
export function modelBytes(graph: MessageInitShape<typeof GraphProtoSchema>): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'cxrkit',
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    graph,
  });
  return toBinary(ModelProtoSchema, model);
}

function embedWeights(
  graph: Graph,
  used: ReadonlySet<string | undefined>,
  writer: TensorWriter,
  weights: ReadonlyMap<string, Tensor>,
  storage: 'float32' | 'float16' = 'float32',
): MessageInitShape<typeof NodeProtoSchema>[] {
  const casts: MessageInitShape<typeof NodeProtoSchema>[] = [];
  for (const [name, { dims }] of graph.parameters) {
    if (!used.has(name)) continue;
    const tensor = weights.get(name);
    if (!tensor || String(tensor.dims) !== String(dims))
      throw new InvalidInputError(
        `weight ${name}`,
        `dims [${dims}]`,
        tensor ? `dims [${tensor.dims}]` : 'nothing',
      );
    if (storage === 'float16' && tensor.type === 'float32') {
      writer.add(`${name}:half`, {
        type: 'float16',
        dims,
        data: float32ToFloat16(tensor.data as Float32Array),
      });
      casts.push({
        opType: 'Cast',
        input: [`${name}:half`],
        output: [name],
        attribute: [attributeProto('to', TensorProto_DataType.FLOAT)],
      });
    } else writer.add(name, tensor);
  }
  return casts;
}

/** Collects initialisers, inside the graph or in the external file. */
class TensorWriter {
  readonly tensors: MessageInitShape<typeof TensorProtoSchema>[] = [];
  readonly external: Uint8Array[] = [];
  readonly #file: string | undefined;
  #offset = 0;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  add(name: string, { type, dims, data }: Tensor): void {
    const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    const head = { name, dataType: dataTypes[type], dims: dims.map(BigInt) };
    if (this.#file === undefined || bytes.length < 1024) {
      this.tensors.push({ ...head, rawData: bytes });
      return;
    }
    const entries = {
      location: this.#file,
      offset: String(this.#offset),
      length: String(bytes.length),
    };
    this.tensors.push({
      ...head,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
    });
    this.external.push(bytes);
    this.#offset += bytes.length;
  }
}

function nodeProto({
  opType,
  inputs,
  outputs,
  attributes,
}: GraphNode): MessageInitShape<typeof NodeProtoSchema> {
  const written = Object.entries(attributes).filter(([name]) => name !== 'stop_gradient');
  return {
    opType,
    input: inputs.map((input) => input?.name ?? ''),
    output: outputs.map((output) => output.name),
    attribute: written.map(([name, value]) => attributeProto(name, value)),
  };
}

function attributeProto(
  name: string,
  value: Attribute,
): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number')
    return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string')
    return { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeProto_AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) };
}

function valueInfo({ name, type, dims }: Value): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: dataTypes[type], shape: { dim } } } },
  };
}
