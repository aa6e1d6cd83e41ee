import { InvalidInputError, type Tensor } from '@cxrkit/core';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { convolutionKernels } from './convolution-kernels.js';
import { elementwiseKernels } from './elementwise-kernels.js';
import { indexingKernels } from './indexing-kernels.js';
import type { Kernel } from './kernel.js';
import { linearAlgebraKernels } from './linear-algebra-kernels.js';
import { type NdArray, ndArray } from './nd-array.js';
import { normalizationKernels } from './normalization-kernels.js';
import { reduceKernels } from './reduce-kernels.js';
import { shapeKernels } from './shape-kernels.js';

const kernels: Readonly<Record<string, Kernel>> = {
  ...elementwiseKernels,
  ...shapeKernels,
  ...reduceKernels,
  ...linearAlgebraKernels,
  ...indexingKernels,
  ...normalizationKernels,
  ...convolutionKernels,
};

const NOTHING: NdArray = ndArray([0]);

/** Evaluates a graph for given inputs and parameters, by name. */
export type Float64Program = (feeds: ReadonlyMap<string, NdArray>) => NdArray[];

/**
 * Prepares a slow but exact evaluation of `wanted`: plain TypeScript, every number in float64.
 * It is the reference that finite differences and onnxruntime's float32 results are checked against.
 *
 * @throws {@link InvalidInputError} when run, for an operation without kernel, a missing feed,
 * or a result whose shape is not the one the graph's shape inference declared.
 */
export function float64Program(graph: Graph, wanted: readonly Value[]): Float64Program {
  const nodes = neededNodes(graph, wanted);
  const constants = [...graph.constants].map(
    ([name, tensor]) => [name, fromTensor(tensor)] as const,
  );
  return (feeds) => {
    const values = new Map<string, NdArray>([...constants, ...feeds]);
    for (const node of nodes) evaluate(node, values);
    return wanted.map((value) => lookUp(values, value.name));
  };
}

/** Converts any tensor but float16. */
export function fromTensor({ dims, data }: Tensor): NdArray {
  return ndArray(dims, Float64Array.from(data as ArrayLike<number | bigint>, Number));
}

function neededNodes(graph: Graph, wanted: readonly Value[]): GraphNode[] {
  const names = new Set(wanted.map((value) => value.name));
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => names.has(output.name))) continue;
    nodes.push(node);
    for (const input of node.inputs) if (input) names.add(input.name);
  }
  return nodes.reverse();
}

function evaluate(node: GraphNode, values: Map<string, NdArray>): void {
  const kernel = kernels[node.opType];
  if (!kernel) throw new InvalidInputError('operation', 'one with a float64 kernel', node.opType);
  const inputs = node.inputs.map((input) => (input ? lookUp(values, input.name) : NOTHING));
  const results = kernel(inputs, node);
  node.outputs.forEach((output, i) => {
    checkShape(node, output, results[i].dims);
    values.set(output.name, results[i]);
  });
}

function lookUp(values: ReadonlyMap<string, NdArray>, name: string): NdArray {
  const value = values.get(name);
  if (!value)
    throw new InvalidInputError(`value ${name}`, 'a feed or an earlier result', 'nothing');
  return value;
}

function checkShape(node: GraphNode, { dims }: Value, actual: readonly number[]): void {
  const fits =
    dims.length === actual.length &&
    dims.every((dim, i) => typeof dim === 'string' || dim === actual[i]);
  if (!fits)
    throw new InvalidInputError(`shape of ${node.opType}`, `[${dims.join(', ')}]`, [...actual]);
}
