import { readFileSync } from 'node:fs';
import { elementCount, float32, type Tensor, type Tensors } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { add, Graph, mul, type Parameter, reduceSum, serializeGraph, type Value } from '@cxrkit/nn';
import { gradients } from '@cxrkit/nn/train';

export interface Stored {
  readonly dims: number[];
  readonly data: number[];
}

/** What `fixture` of tools/fixtures/cxr_irgen.py stores. */
export interface Golden<Config> {
  readonly config: Config;
  readonly parameters: Readonly<Record<string, number[]>>;
  readonly outputs: Readonly<Record<string, Stored>>;
  readonly gradientNorms: Readonly<Record<string, number>>;
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'));
}

/** The same numbers as `pseudo_random` of the script. */
export function pseudoRandom(name: string, dims: readonly number[]): Float32Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Float32Array.from({ length: elementCount(dims) }, (_, i) => {
    let h = (Math.imul(i, 0x9e3779b1) + seed) >>> 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    return (h >>> 8) / 2 ** 23 - 1;
  });
}

/** The same weight as `Weights` of the script makes. */
function weight(name: string, dims: readonly number[]): Tensor<'float32'> {
  const v = pseudoRandom(name, dims);
  if (dims.length > 1) {
    const scale = 2 ** Math.floor(Math.log2(Math.sqrt(3 / elementCount(dims.slice(1)))));
    return float32(v.map((x) => x * scale), dims);
  }
  return float32(v.map((x) => (name.endsWith('weight') ? 1 + x / 2 : x / 4)), dims);
}

/** Weights of every parameter of some graphs. */
export function weightsOf(
  ...graphs: readonly { readonly parameters: ReadonlyMap<string, Parameter> }[]
): Map<string, Tensor> {
  return new Map(
    graphs.flatMap(({ parameters }) =>
      [...parameters].map(([name, { dims }]) => [name, weight(name, dims)] as const),
    ),
  );
}

/** Names and shapes of all parameters of some graphs. */
export function shapesOf(...graphs: readonly Graph[]): Record<string, number[]> {
  return Object.fromEntries(
    graphs.flatMap(({ parameters }) =>
      [...parameters].map(([name, { dims }]) => [name, [...dims]] as const),
    ),
  );
}

/** Numbers that are learned, over all graphs, each name once. */
export function parameterCount(...graphs: readonly Graph[]): number {
  const trainable = new Map(graphs.flatMap((graph) => [...graph.parameters]));
  return [...trainable.values()]
    .filter((parameter) => parameter.trainable)
    .reduce((sum, { dims }) => sum + elementCount(dims), 0);
}

/** Runs an inference graph by onnxruntime with the pseudo-random weights. */
export async function runGraph(graph: Graph, feeds: Tensors): Promise<Tensors> {
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const session = await runtime.load(serializeGraph(graph, { weights: weightsOf(graph) }).bytes);
  return await session.run(feeds);
}

/**
 * Runs a training graph by onnxruntime: outputs, and the norm of the gradient of sum(output * r) by every parameter.
 *
 * @param build - Builds the outputs on fixed inputs.
 */
export async function runTraining(
  build: (graph: Graph) => Readonly<Record<string, Value>>,
  feeds: Tensors,
): Promise<{ outputs: Tensors; norms: Record<string, number>; graph: Graph }> {
  const graph = new Graph('training');
  const values = build(graph);
  const losses = Object.entries(values).map(([name, value]) => {
    const dims = value.dims.map(Number);
    const r = graph.constant(float32(pseudoRandom(`r.${name}`, dims), dims));
    return reduceSum(mul(value, r));
  });
  const trained = [...graph.parameters.values()].filter(({ trainable }) => trainable);
  const total = losses.reduce((a, b) => add(a, b));
  const found = gradients(total, trained.map(({ value }) => value));
  for (const [name, value] of Object.entries(values)) graph.output(`y.${name}`, value);
  for (const [i, gradient] of found.entries())
    if (gradient) graph.output(`d.${trained[i].value.name}`, gradient);
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const session = await runtime.load(serializeGraph(graph, {}).bytes);
  const results = await session.run({ ...Object.fromEntries(weightsOf(graph)), ...feeds });
  const named = (prefix: string): [string, Tensor][] =>
    Object.entries(results)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]);
  const outputs = Object.fromEntries(named('y.'));
  const norms = Object.fromEntries(
    named('d.').map(([name, { data }]) => [name, Math.hypot(...(data as Float32Array))]),
  );
  return { outputs, norms, graph };
}

/** Largest difference, over the largest expected number. */
export function worstDifference(actual: Tensor | undefined, expected: Stored): number {
  if (String(actual?.dims) !== String(expected.dims)) return Number.POSITIVE_INFINITY;
  const data = actual?.data as Float32Array;
  const scale = Math.max(...expected.data.map(Math.abs));
  return Math.max(...expected.data.map((value, i) => Math.abs(data[i] - value))) / scale;
}

/** Largest relative difference of norms; those below a thousandth of the largest count as that. */
export function worstNorm(
  actual: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): number {
  const floor = Math.max(...Object.values(expected)) / 1000;
  const differences = Object.entries(expected).map(
    ([name, norm]) => Math.abs((actual[name] ?? 0) - norm) / Math.max(norm, floor),
  );
  return Math.max(...differences);
}
