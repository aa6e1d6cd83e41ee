import { createRandom, elementCount, float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import {
  add,
  batchNorm,
  conv2d,
  foldBatchNorm,
  Graph,
  globalAveragePool,
  graphContents,
  linear,
  relu,
  reshape,
  resNet,
  resNetChannels,
  serializeGraph,
  type Value,
} from '@cxrkit/nn';
import { describe, expect, it } from 'vitest';
import { largestDifference } from './training-support.js';

function drawWeights(graph: Graph): Map<string, Tensor> {
  const random = createRandom(3);
  const draw = (name: string, dims: readonly number[]): Float32Array => {
    const positive = name.endsWith('var') || (name.endsWith('weight') && dims.length === 1);
    return Float32Array.from({ length: elementCount(dims) }, () =>
      positive ? 0.5 + random.uniform() : 0.3 * random.normal(),
    );
  };
  return new Map(
    [...graph.parameters].map(([name, { dims }]) => [name, float32(draw(name, dims), dims)]),
  );
}

/** Runs an image batch through a graph with its weights. */
async function run(
  graph: Graph,
  weights: ReadonlyMap<string, Tensor>,
  storage: 'float32' | 'float16' = 'float32',
): Promise<Record<string, number[]>> {
  return await runBytes(serializeGraph(graph, { weights, storage }).bytes);
}

async function runBytes(bytes: Uint8Array): Promise<Record<string, number[]>> {
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  const session = await runtime.load(bytes);
  const random = createRandom(9);
  const dims = [2, 1, 32, 32];
  const image = float32(
    Float32Array.from({ length: 2048 }, () => random.uniform()),
    dims,
  );
  const outputs = await session.run({ image });
  return Object.fromEntries(
    Object.entries(outputs).map(([k, { data }]) => [k, Array.from(data, Number)]),
  );
}

const count = (graph: Graph, opType: string): number =>
  graph.nodes.filter((node) => node.opType === opType).length;

function image(graph: Graph): Value {
  return graph.input('image', 'float32', ['batch', 1, 32, 32]);
}

describe('foldBatchNorm', () => {
  it('gives the same numbers with convolutions alone', async () => {
    const graph = new Graph();
    const config = {
      block: 'basic',
      depths: [2, 2],
      widths: [8, 16],
      strides: [1, 2],
      stemWidth: 8,
    } as const;
    const features = resNet(image(graph), 'trunk', config);
    const channels = resNetChannels(config);
    const pooled = reshape(globalAveragePool(features), ['batch', channels]);
    graph.output('features', features);
    graph.output('logits', linear(pooled, 'fc', 5));
    const weights = drawWeights(graph);
    const folded = foldBatchNorm(graph, weights);
    expect(count(graph, 'BatchNormalization')).toBe(10);
    expect(count(folded.graph, 'BatchNormalization')).toBe(0);
    expect(count(folded.graph, 'Conv')).toBe(10);
    expect([...folded.graph.inputs.keys()]).toEqual(['image']);
    expect([...folded.graph.outputs.keys()]).toEqual(['features', 'logits']);
    expect([...folded.weights.keys()].some((name) => name.endsWith('running_mean'))).toBe(false);
    const [before, after] = [await run(graph, weights), await run(folded.graph, folded.weights)];
    for (const name of ['features', 'logits']) {
      const scale = Math.max(...before[name].map(Math.abs));
      expect(scale).toBeGreaterThan(0.1);
      expect(largestDifference(after[name], before[name]) / scale).toBeLessThan(1e-5);
    }
    const half = await run(folded.graph, folded.weights, 'float16');
    const scale = Math.max(...before.logits.map(Math.abs));
    expect(largestDifference(half.logits, before.logits) / scale).toBeLessThan(2e-2);
  });

  it('keeps a bias of the convolution, and groups', async () => {
    const graph = new Graph();
    const first = relu(batchNorm(conv2d(image(graph), 'a', 6, 3, { padding: 1 }), 'na'));
    graph.output('y', batchNorm(conv2d(first, 'b', 6, 3, { groups: 6 }), 'nb', { epsilon: 0.1 }));
    const weights = drawWeights(graph);
    const folded = foldBatchNorm(graph, weights);
    expect([...folded.weights.keys()].sort()).toEqual(['a.bias', 'a.weight', 'b.bias', 'b.weight']);
    const [before, after] = [await run(graph, weights), await run(folded.graph, folded.weights)];
    expect(largestDifference(after.y, before.y)).toBeLessThan(1e-5);
  });

  it('leaves pairs alone whose convolution or weights are used twice', async () => {
    const graph = new Graph();
    const x = image(graph);
    const shared = conv2d(x, 'shared', 4, 3, { padding: 1 });
    const sum = add(batchNorm(shared, 'n1'), shared);
    const tied = [0, 1].map((i) => batchNorm(conv2d(x, 'tied', 4, 3, { padding: 1 }), `t${i}`));
    graph.output('y', add(sum, add(tied[0], tied[1])));
    graph.output('again', batchNorm(relu(x), 'alone'));
    const weights = drawWeights(graph);
    const folded = foldBatchNorm(graph, weights);
    expect(count(folded.graph, 'BatchNormalization')).toBe(4);
    const [before, after] = [await run(graph, weights), await run(folded.graph, folded.weights)];
    for (const name of ['y', 'again'])
      expect(largestDifference(after[name], before[name])).toBeLessThan(1e-5);
  });

  it('happens to the graphs of a model folder', async () => {
    const graph = new Graph();
    const x = relu(batchNorm(conv2d(image(graph), 'a', 6, 3, { padding: 1 }), 'na'));
    graph.output('y', batchNorm(conv2d(x, 'b', 4, 3, { bias: false }), 'nb'));
    const weights = drawWeights(graph);
    const [whole, half] = (['float32', 'float16'] as const).map((storage) => {
      const contents = graphContents('g', graph, weights, storage);
      return { ...contents, bytes: contents.bytes as Uint8Array };
    });
    const plain = serializeGraph(graph, { weights }).bytes;
    const hasNorm = (bytes: Uint8Array): boolean =>
      Buffer.from(bytes).includes('BatchNormalization');
    expect([hasNorm(plain), hasNorm(whole.bytes), hasNorm(half.bytes)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(whole.inputs).toEqual([{ name: 'image', type: 'float32', dims: ['batch', 1, 32, 32] }]);
    expect(whole.outputs).toEqual([{ name: 'y', type: 'float32', dims: ['batch', 4, 30, 30] }]);
    const before = await runBytes(plain);
    const scale = Math.max(...before.y.map(Math.abs));
    const relative = async (bytes: Uint8Array): Promise<number> =>
      largestDifference((await runBytes(bytes)).y, before.y) / scale;
    expect(await relative(whole.bytes)).toBeLessThan(1e-5);
    expect(await relative(half.bytes)).toBeLessThan(5e-3);
  });

  it('refuses training graphs and missing weights', () => {
    const training = new Graph('training');
    expect(() => foldBatchNorm(training, new Map())).toThrow(InvalidInputError);
    const graph = new Graph();
    graph.output('y', batchNorm(conv2d(image(graph), 'a', 2, 3), 'na'));
    const weights = drawWeights(graph);
    weights.delete('na.running_var');
    expect(() => foldBatchNorm(graph, weights)).toThrow(/na\.running_var/);
  });
});
