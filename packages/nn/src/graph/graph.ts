import { InvalidInputError, type Tensor, type TensorType } from '@cxrkit/core';
import type { Dims } from './dims.js';
import type { Initializer } from './initializers.js';

/** An edge of a graph: what one operation gives and others take. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: TensorType;
  readonly dims: Dims;
}

/** Attribute of an operation: a number is an ONNX int, `{ float }` a float. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** One ONNX operation. */
export interface GraphNode {
  readonly opType: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A weight: an initialiser in an inference graph, an input in a training graph. */
export interface Parameter {
  readonly value: Value;
  readonly dims: readonly number[];
  readonly initializer: Initializer;
  /** False for running statistics, which the graph itself updates. */
  readonly trainable: boolean;
}

export interface ParameterOptions {
  readonly initializer: Initializer;
  /** @defaultValue true */
  readonly trainable?: boolean;
}

/** `training` makes dropout drop and batch normalisation use the batch's statistics. */
export type GraphMode = 'inference' | 'training';

/** An ONNX graph under construction. Operations are free functions in `ops/`, layers in `layers/`. */
export class Graph {
  readonly mode: GraphMode;
  readonly nodes: GraphNode[] = [];
  readonly inputs: Map<string, Value> = new Map();
  readonly outputs: Map<string, Value> = new Map();
  readonly constants: Map<string, Tensor> = new Map();
  readonly parameters: Map<string, Parameter> = new Map();
  /** New values of non-trainable parameters after a training step, by parameter name. */
  readonly updates: Map<string, Value> = new Map();
  #count = 0;
  readonly #shared = new Map<string, Value>();

  constructor(mode: GraphMode = 'inference') {
    this.mode = mode;
  }

  /** Declares an input; axes given as names are dynamic. */
  input(name: string, type: TensorType, dims: Dims): Value {
    if (this.inputs.has(name)) throw new InvalidInputError('input', 'a new name', name);
    const value = { graph: this, name, type, dims };
    this.inputs.set(name, value);
    return value;
  }

  /** Names `value` as an output of the graph. */
  output(name: string, value: Value): void {
    if (this.outputs.has(name)) throw new InvalidInputError('output', 'a new name', name);
    const [named] = this.node('Identity', [value], [{ type: value.type, dims: value.dims, name }]);
    this.outputs.set(name, named);
  }

  /** Embeds a fixed tensor. Small equal constants are stored once. */
  constant(tensor: Tensor): Value {
    const key =
      tensor.data.length <= 16 ? `${tensor.type}[${tensor.dims}]${tensor.data}` : undefined;
    const known = key === undefined ? undefined : this.#shared.get(key);
    if (known) return known;
    const value = this.#value(tensor.type, tensor.dims);
    this.constants.set(value.name, tensor);
    if (key !== undefined) this.#shared.set(key, value);
    return value;
  }

  /** Declares a float32 weight, or returns it if a layer with the same name was built before (tied weights). */
  parameter(
    name: string,
    dims: readonly number[],
    { initializer, trainable = true }: ParameterOptions,
  ): Value {
    const known = this.parameters.get(name);
    if (known) {
      if (String(known.dims) !== String(dims))
        throw new InvalidInputError(`parameter ${name}`, `dims ${known.dims}`, `dims ${dims}`);
      return known.value;
    }
    const value: Value = { graph: this, name, type: 'float32', dims };
    this.parameters.set(name, { value, dims, initializer, trainable });
    return value;
  }

  /** Appends an operation; `outputs` are the types and shapes that inference by the op function found. */
  node(
    opType: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly { readonly type: TensorType; readonly dims: Dims; readonly name?: string }[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    for (const input of inputs)
      if (input && input.graph !== this)
        throw new InvalidInputError(opType, 'inputs of one graph', input.name);
    const values = outputs.map(({ type, dims, name }) => this.#value(type, dims, name));
    this.nodes.push({ opType, inputs, outputs: values, attributes });
    return values;
  }

  #value(type: TensorType, dims: Dims, name: string = `v${this.#count++}`): Value {
    return { graph: this, name, type, dims };
  }
}
