import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type TypeProto,
  TypeProtoSchema,
  type ValueInfoProto,
} from 'onnx-buf';

/** A serialised graph that is to become a part of another. */
export interface GraphPart {
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
  /** Types by the names of before. */
  readonly inputs: ReadonlyMap<string, TypeProto>;
  /** The same. */
  readonly outputs: ReadonlyMap<string, TypeProto>;
}

/** A value that each turn of a loop gets from the turn before. */
interface CarriedValue {
  /** Outside: what the first turn gets. */
  readonly first: string;
  readonly input: string;
  readonly output: string;
  /** Outside: what the last turn gives. */
  readonly last: string;
  readonly type: TypeProto;
}

/** A value of every turn, which come out on an axis more in front. */
interface StackedValue {
  readonly output: string;
  readonly outside: string;
  /** Of one turn. */
  readonly type: TypeProto;
}

/** What a loop is made of. Its graph may read the values of the graphs around it, so all have names of their own. */
export interface LoopParts {
  /** Names the turn's number (`turn`) and the loop's own values. */
  readonly scope: (name: string) => string;
  /** Outside: number of turns, an int64 scalar. */
  readonly turns: string;
  readonly carried: readonly CarriedValue[];
  readonly stacked: readonly StackedValue[];
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
}

/**
 * Reads a serialised graph, giving its values other names.
 *
 * @param rename - From the name of before to the new one.
 */
export function readPart(bytes: Uint8Array, rename: (name: string) => string): GraphPart {
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  const renamed = (names: readonly string[]): string[] =>
    names.map((name) => (name === '' ? name : rename(name)));
  const nodes = (graph?.node ?? []).map((node) => {
    const [input, output] = [renamed(node.input), renamed(node.output)];
    return { ...node, input, output };
  });
  return {
    nodes,
    constants: (graph?.initializer ?? []).map((tensor) => ({
      ...tensor,
      name: rename(tensor.name),
    })),
    inputs: typesOf(graph?.input),
    outputs: typesOf(graph?.output),
  };
}

function typesOf(values: readonly ValueInfoProto[] = []): Map<string, TypeProto> {
  return new Map(values.map(({ name, type = create(TypeProtoSchema) }) => [name, type]));
}

/** Leaves out the nodes that none of `outputs` needs. */
export function neededNodes(all: readonly NodeProto[], outputs: Iterable<string>): NodeProto[] {
  const needed = new Set(outputs);
  const nodes = all.toReversed().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of node.input) needed.add(name);
    return true;
  });
  return nodes.reverse();
}

/** Makes a node without attributes and with one output. */
export function simpleNode(opType: string, input: string[], output: string): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output] });
}

/** Makes an int64 scalar. */
export function integerConstant(name: string, value: number): TensorProto {
  const rawData = new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
  return create(TensorProtoSchema, { name, dataType: TensorProto_DataType.INT64, rawData });
}

/** @returns The type of a scalar. */
export function scalarType(elemType: TensorProto_DataType): TypeProto {
  const value = { elemType, shape: { dim: [] } };
  return create(TypeProtoSchema, { value: { case: 'tensorType', value } });
}

/** @returns The type of a tensor with one axis more in front: a number, or a name for one that is free. */
export function stackedType(type: TypeProto, axis: number | string): TypeProto {
  if (type.value.case !== 'tensorType') return type;
  const { elemType, shape } = type.value.value;
  const front =
    typeof axis === 'number'
      ? { case: 'dimValue' as const, value: BigInt(axis) }
      : { case: 'dimParam' as const, value: axis };
  const dim = [{ value: front }, ...(shape?.dim ?? [])];
  const value = { elemType, shape: { dim } };
  return create(TypeProtoSchema, { value: { case: 'tensorType', value } });
}

/** Makes a Loop (ONNX, operator set 16) that ends after its turns and for no other reason. */
export function loopNode(parts: LoopParts): NodeProto {
  const { scope, turns, carried, stacked, nodes, constants } = parts;
  const bool = scalarType(TensorProto_DataType.BOOL);
  const body: MessageInitShape<typeof GraphProtoSchema> = {
    name: scope('body'),
    node: [simpleNode('Identity', [scope('goes')], scope('goesOn')), ...nodes],
    initializer: [...constants],
    input: [
      { name: scope('turn'), type: scalarType(TensorProto_DataType.INT64) },
      { name: scope('goes'), type: bool },
      ...carried.map(({ input, type }) => ({ name: input, type })),
    ],
    output: [
      { name: scope('goesOn'), type: bool },
      ...[...carried, ...stacked].map(({ output, type }) => ({ name: output, type })),
    ],
  };
  return create(NodeProtoSchema, {
    opType: 'Loop',
    input: [turns, '', ...carried.map(({ first }) => first)],
    output: [...carried.map(({ last }) => last), ...stacked.map(({ outside }) => outside)],
    attribute: [{ name: 'body', type: AttributeProto_AttributeType.GRAPH, g: body }],
  });
}
