import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRandom, float32, type Tensor } from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { describe, expect, it } from 'vitest';
import type { Dims } from '../graph/dims.js';
import { Graph, type GraphMode, type Value } from '../graph/graph.js';
import { serializeGraph } from '../graph/serialize.js';
import { mul } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduce.js';
import { float64Program, fromTensor } from '../testing/evaluate-float64.js';
import { gradients } from '../train/autodiff.js';
import {
  greyStem,
  MOBILENET_V2,
  type MobileNetV2Config,
  mobileNetChannels,
  mobileNetStride,
  mobileNetV2,
} from './mobilenet-v2.js';

interface Stored {
  readonly dims: number[];
  readonly data: number[];
}
type StoredTensors = Readonly<Record<string, Stored>>;

/** What tools/fixtures/mobilenet_v2.py stores. */
interface Golden {
  readonly x: Stored;
  readonly r: Stored;
  readonly batch: {
    readonly weights: StoredTensors;
    readonly output: Stored;
    readonly gradients: StoredTensors;
    readonly updates: StoredTensors;
  };
  readonly folded: { readonly weights: StoredTensors; readonly output: Stored };
}

const url = new URL('./__fixtures__/mobilenet-v2.json', import.meta.url);
const golden: Golden = JSON.parse(readFileSync(fileURLToPath(url), 'utf8'));
const small: MobileNetV2Config = {
  stemWidth: 4,
  stages: [
    { expansion: 1, channels: 4, repeats: 2, stride: 1 },
    { expansion: 2, channels: 5, repeats: 2, stride: 2 },
    { expansion: 3, channels: 4, repeats: 1, stride: 2 },
  ],
  lastWidth: 6,
};

const stored = ({ dims, data }: Stored): Tensor => float32(data, dims);
const storedMap = (tensors: StoredTensors): Map<string, Tensor> =>
  new Map(Object.entries(tensors).map(([name, tensor]) => [name, stored(tensor)]));
const sameNumbers = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  expect(actual.length).toBe(expected.length);
  const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(actual[i] - value)), 0);
  expect(worst / scale).toBeLessThan(tolerance);
};

function build(
  config: MobileNetV2Config,
  dims: Dims,
  normalization: 'folded' | 'batch',
  mode: GraphMode = 'inference',
): { graph: Graph; y: Value } {
  const graph = new Graph(mode);
  return {
    graph,
    y: mobileNetV2(graph.input('x', 'float32', dims), 'net', config, { normalization }),
  };
}

/** Runs by onnxruntime. */
async function run(
  { graph, y }: { graph: Graph; y: Value },
  weights: ReadonlyMap<string, Tensor>,
  x: Tensor,
): Promise<Tensor> {
  graph.output('y', y);
  await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
  await using session = await runtime.load(serializeGraph(graph, { weights }).bytes);
  return (await session.run({ x })).y;
}

describe('mobileNetV2 equals torchvision', () => {
  it('with folded normalisation, on an odd and an even side', async () => {
    const network = build(small, golden.x.dims, 'folded');
    const { weights, output } = golden.folded;
    expect([...network.graph.parameters.keys()].sort()).toEqual(Object.keys(weights).sort());
    expect(network.y.dims).toEqual(output.dims);
    const y = await run(network, storedMap(weights), stored(golden.x));
    sameNumbers(y.data as Float32Array, output.data, 1e-4);
  });

  it('with batch normalisation in evaluation, where folding changes nothing', async () => {
    const { weights, updates } = golden.batch;
    const after = storedMap({ ...weights, ...updates });
    const y = await run(build(small, golden.x.dims, 'batch'), after, stored(golden.x));
    sameNumbers(y.data as Float32Array, golden.folded.output.data, 1e-4);
  });

  it('in training: output, statistics and the gradient of every weight', () => {
    const { weights, output, gradients: slopes, updates } = golden.batch;
    const { graph, y } = build(small, golden.x.dims, 'batch', 'training');
    const loss = reduceSum(mul(y, graph.input('r', 'float32', golden.r.dims)));
    const trainable = [...graph.parameters.values()].filter((parameter) => parameter.trainable);
    const found = gradients(
      loss,
      trainable.map(({ value }) => value),
    );
    const wanted: [Value | undefined, Stored][] = [
      [y, output],
      ...trainable.map(({ value }, i): [Value | undefined, Stored] => [
        found[i],
        slopes[value.name],
      ]),
      ...[...graph.updates].map(([name, value]): [Value, Stored] => [value, updates[name]]),
    ];
    expect(trainable.length).toBe(Object.keys(slopes).length);
    const values = wanted.map(([value]) => value as Value);
    const feeds = { ...weights, x: golden.x, r: golden.r };
    const results = float64Program(
      graph,
      values,
    )(new Map([...storedMap(feeds)].map(([name, tensor]) => [name, fromTensor(tensor)])));
    wanted.forEach(([, expected], i) => {
      expect(results[i].dims).toEqual(expected.dims);
      sameNumbers(results[i].data, expected.data, 1e-5);
    });
  });
});

describe('sizes', () => {
  it.each([
    ['all', {}, 1280, 32],
    ['no last convolution', { lastWidth: null }, 320, 32],
    ['stride 16', { maxStride: 16 }, 96, 16],
    ['stride 16 widened', { maxStride: 16, expandEnd: true }, 576, 16],
    ['stride 8', { maxStride: 8 }, 32, 8],
  ])('%s', (_, change, channels, stride) => {
    const config = { ...MOBILENET_V2, ...change };
    expect([mobileNetChannels(config), mobileNetStride(config)]).toEqual([channels, stride]);
    const { y } = build(config, ['batch', 3, 224, 100], 'folded');
    expect(y.dims).toEqual(['batch', channels, 224 / stride, Math.ceil(100 / stride)]);
  });

  it('has the 2,189,760 kernel weights of torchvision', () => {
    const { graph } = build(MOBILENET_V2, [1, 3, 224, 224], 'batch');
    const kernels = [...graph.parameters.values()].filter(({ dims }) => dims.length === 4);
    const sizes = kernels.map(({ dims }) => dims.reduce((a, b) => a * b));
    expect(sizes.reduce((a, b) => a + b)).toBe(2_189_760);
  });

  it('stops with a prefix of the whole network', () => {
    const names = (change: object) =>
      build({ ...MOBILENET_V2, ...change }, [1, 1, 64, 64], 'batch').graph.parameters.keys();
    const whole = new Set(names({}));
    for (const name of names({ maxStride: 16, expandEnd: true })) expect(whole).toContain(name);
  });
});

describe('greyStem', () => {
  it('gives what the repeated grey image gave', async () => {
    const random = createRandom(3);
    const grey = Float32Array.from({ length: 15 * 12 }, () => 2 * random.uniform() - 1);
    const colour = build(small, [1, 3, 15, 12], 'folded');
    const weights = storedMap(golden.folded.weights);
    const repeated = float32(Float32Array.from([...grey, ...grey, ...grey]), [1, 3, 15, 12]);
    const expected = await run(colour, weights, repeated);
    const key = 'net.features.0.0.weight';
    const one = build(small, [1, 1, 15, 12], 'folded');
    const y = await run(one, greyStem(weights, key), float32(grey, [1, 1, 15, 12]));
    expect(Math.max(...(expected.data as Float32Array))).toBeGreaterThan(0.1);
    sameNumbers(y.data as Float32Array, [...(expected.data as Float32Array)], 1e-5);
    expect(weights.get(key)?.dims).toEqual([4, 3, 3, 3]);
  });

  it('refuses weights without a colour stem', () => {
    expect(() => greyStem(new Map(), 'features.0.0.weight')).toThrow('features.0.0.weight');
  });
});
