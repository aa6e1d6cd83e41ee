import { float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import { Graph, type GraphNode, type Value } from './graph.js';
import { constantInitializer } from './initializers.js';
import { liveNodes } from './prune.js';

/** A graph and its weights by parameter name. */
export interface WeightedGraph {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, Tensor>;
}

interface Pair {
  readonly convolution: GraphNode;
  readonly normalization: GraphNode;
}

/**
 * Folds each batch normalisation with fixed statistics into the convolution before it:
 * W' = W s, b' = (b - mean) s + bias with s = scale / sqrt(variance + epsilon) (Jacob et al. 2018, section 3.2).
 *
 * A pair is left alone if the convolution's output, its weights or the new bias are used elsewhere too.
 *
 * @param graph - In inference mode; not changed.
 * @param weights - By parameter name; not changed.
 * @returns A new graph of the same inputs and outputs, whose weights keep the convolutions' names; a convolution that had
 *   no bias takes over the name of the normalisation's.
 * @throws {@link InvalidInputError} if the graph is in training mode or a weight is missing.
 */
export function foldBatchNorm(graph: Graph, weights: ReadonlyMap<string, Tensor>): WeightedGraph {
  if (graph.mode !== 'inference')
    throw new InvalidInputError('graph', 'mode inference', graph.mode);
  const nodes = liveNodes(graph);
  const pairs = foldablePairs(graph, nodes);
  const copy = new GraphCopy(graph, weights);
  const absorbed = new Set([...pairs.values()].map(({ convolution }) => convolution));
  for (const node of nodes) {
    const pair = pairs.get(node);
    if (pair) copy.addFolded(pair);
    else if (!absorbed.has(node)) copy.add(node);
  }
  return copy.finish();
}

/** Pairs by their normalisation. */
function foldablePairs(graph: Graph, nodes: readonly GraphNode[]): Map<GraphNode, Pair> {
  const uses = countUses(nodes);
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((o) => [o.name, node] as const)));
  const isOwn = (value: Value | undefined): boolean =>
    value === undefined || (graph.parameters.has(value.name) && uses.get(value.name) === 1);
  const isWeight = (value: Value | undefined): boolean => graph.parameters.has(value?.name ?? '');
  const pairs = new Map<GraphNode, Pair>();
  for (const normalization of nodes) {
    if (normalization.opType !== 'BatchNormalization') continue;
    const [x, ...statistics] = normalization.inputs;
    const convolution = makers.get(x?.name ?? '');
    if (convolution?.opType !== 'Conv' || uses.get(x?.name ?? '') !== 1) continue;
    const [, weight, bias] = convolution.inputs;
    if ([weight, bias, statistics[1]].every(isOwn) && statistics.every(isWeight))
      pairs.set(normalization, { convolution, normalization });
  }
  return pairs;
}

function countUses(nodes: readonly GraphNode[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { inputs } of nodes)
    for (const input of inputs) if (input) uses.set(input.name, (uses.get(input.name) ?? 0) + 1);
  return uses;
}

/** A graph that is copied node by node. */
class GraphCopy {
  readonly #source: Graph;
  readonly #weights: ReadonlyMap<string, Tensor>;
  readonly #graph = new Graph('inference');
  readonly #values = new Map<string, Value>();
  readonly #folded = new Map<string, Tensor>();

  constructor(source: Graph, weights: ReadonlyMap<string, Tensor>) {
    this.#source = source;
    this.#weights = weights;
    for (const [name, { type, dims }] of source.inputs)
      this.#values.set(name, this.#graph.input(name, type, dims));
  }

  add(node: GraphNode): void {
    const inputs = node.inputs.map((input) => input && this.#valueOf(input));
    const [output] = node.outputs;
    if (node.opType === 'Identity' && inputs[0] && this.#source.outputs.has(output.name)) {
      this.#graph.output(output.name, inputs[0]);
      const named = this.#graph.outputs.get(output.name);
      if (named) this.#values.set(output.name, named);
      return;
    }
    const outputs = node.outputs.map(({ type, dims }) => ({ type, dims }));
    const made = this.#graph.node(node.opType, inputs, outputs, node.attributes);
    for (const [i, { name }] of node.outputs.entries()) this.#values.set(name, made[i]);
  }

  addFolded({ convolution, normalization }: Pair): void {
    const [x, weight, bias] = convolution.inputs as [Value, Value, Value | undefined];
    const [, , shift] = normalization.inputs as Value[];
    const { kernel, offset } = this.#fold({ convolution, normalization });
    const inputs = [
      this.#valueOf(x),
      this.#weight(weight.name, kernel),
      this.#weight((bias ?? shift).name, offset),
    ];
    const [{ type, dims, name }] = normalization.outputs;
    const [made] = this.#graph.node('Conv', inputs, [{ type, dims }], convolution.attributes);
    this.#values.set(name, made);
  }

  finish(): WeightedGraph {
    return { graph: this.#graph, weights: this.#folded };
  }

  #fold({ convolution, normalization }: Pair): { kernel: Tensor; offset: Tensor } {
    const [, weight, bias] = convolution.inputs as [Value, Value, Value | undefined];
    const [scale, shift, mean, variance] = (normalization.inputs as Value[])
      .slice(1)
      .map((value) => this.#tensorOf(value.name).data as Float32Array);
    const { epsilon } = normalization.attributes;
    const floor = typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : 1e-5;
    const factors = Float64Array.from(scale, (s, i) => s / Math.sqrt(variance[i] + floor));
    const old = this.#tensorOf(weight.name);
    const size = old.data.length / factors.length;
    const kernel = Float32Array.from(
      old.data as Float32Array,
      (w, i) => w * factors[Math.floor(i / size)],
    );
    const before = bias ? (this.#tensorOf(bias.name).data as Float32Array) : undefined;
    const offset = Float32Array.from(
      shift,
      (b, i) => ((before?.[i] ?? 0) - mean[i]) * factors[i] + b,
    );
    return { kernel: float32(kernel, old.dims), offset: float32(offset) };
  }

  #valueOf(value: Value): Value {
    const known = this.#values.get(value.name) ?? this.#leaf(value.name);
    this.#values.set(value.name, known);
    return known;
  }

  #leaf(name: string): Value {
    const constant = this.#source.constants.get(name);
    return constant ? this.#graph.constant(constant) : this.#weight(name, this.#tensorOf(name));
  }

  #weight(name: string, tensor: Tensor): Value {
    this.#folded.set(name, tensor);
    const { trainable = true } = this.#source.parameters.get(name) ?? {};
    const initializer = constantInitializer(0);
    return this.#graph.parameter(name, tensor.dims, { initializer, trainable });
  }

  #tensorOf(name: string): Tensor {
    const tensor = this.#weights.get(name);
    const dims = this.#source.parameters.get(name)?.dims;
    if (tensor?.type !== 'float32' || String(tensor.dims) !== String(dims))
      throw new InvalidInputError(
        `weight ${name}`,
        `float32 [${dims}]`,
        tensor ? `${tensor.type} [${tensor.dims}]` : 'nothing',
      );
    return tensor;
  }
}
