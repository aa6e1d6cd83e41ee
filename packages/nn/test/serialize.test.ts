import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, type Tensor } from '@cxrkit/core';
import { expectAllclose } from '@cxrkit/core/testing';
import {
  batchNorm,
  conv2d,
  exp,
  Graph,
  globalAveragePool,
  linear,
  relu,
  reshape,
  type SerializeOptions,
  serializeGraph,
} from '@cxrkit/nn';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { float64Program, fromTensor } from '../src/testing/evaluate-float64.js';
import { ndArray } from '../src/testing/nd-array.js';

const SIDE = 6;

/** A small classifier with a named batch axis and something no output needs. */
function buildClassifier(): Graph {
  const graph = new Graph();
  const image = graph.input('image', 'float32', ['batch', 1, SIDE, SIDE]);
  graph.input('unused', 'float32', [3]);
  const features = relu(batchNorm(conv2d(image, 'conv1', 20, 3, { padding: 1 }), 'bn1'));
  linear(reshape(features, ['batch', 20 * SIDE * SIDE]), 'auxiliary', 4);
  const logits = linear(reshape(globalAveragePool(features), ['batch', 20]), 'fc', 30);
  exp(logits);
  graph.output('logits', logits);
  return graph;
}

function drawWeights(graph: Graph): Map<string, Tensor> {
  const random = createRandom(7);
  return new Map(
    [...graph.parameters].map(([name, { dims, initializer }]) => [
      name,
      float32(
        initializer(dims, random).map((value) => value + (name.endsWith('var') ? 0 : 0.01)),
        dims,
      ),
    ]),
  );
}

function drawImages(batch: number): Float32Array {
  const random = createRandom(8);
  return Float32Array.from({ length: batch * SIDE * SIDE }, () => random.normal());
}

function reference(
  graph: Graph,
  weights: ReadonlyMap<string, Tensor>,
  batch: number,
): Float64Array {
  const dims = [batch, 1, SIDE, SIDE];
  const feeds = new Map([...weights].map(([name, tensor]) => [name, fromTensor(tensor)] as const));
  feeds.set('image', ndArray(dims, Float64Array.from(drawImages(batch))));
  const logits = graph.nodes.find((node) => node.outputs[0].name === 'logits')?.outputs[0];
  return float64Program(graph, logits ? [logits] : [])(feeds)[0].data;
}

async function logitsOf(session: InferenceSession, batch: number): Promise<Float32Array> {
  const image = new OrtTensor('float32', drawImages(batch), [batch, 1, SIDE, SIDE]);
  const { logits } = await session.run({ image });
  expect(logits.dims).toEqual([batch, 30]);
  return logits.data as Float32Array;
}

/** Serialises the classifier, checks what it asks for, and compares it with float64 on two batch sizes. */
async function checkRuns(options: SerializeOptions, tolerance: number): Promise<Uint8Array> {
  const graph = buildClassifier();
  const weights = drawWeights(graph);
  const { bytes, external } = serializeGraph(graph, { ...options, weights });
  expect(external).toEqual([]);
  const session = await InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(['image']);
  for (const batch of [1, 3])
    expectAllclose(await logitsOf(session, batch), reference(graph, weights, batch), {
      atol: tolerance,
    });
  await session.release();
  return bytes;
}

describe('serializeGraph', () => {
  it('embeds float32 weights and keeps the batch axis open', () => checkRuns({}, 1e-6));

  it('stores weights as float16 in about half the bytes', async () => {
    const whole = await checkRuns({}, 1e-6);
    const half = await checkRuns({ storage: 'float16' }, 5e-3);
    const numbers = (20 * 9 + 20 * 5 + 30 * 20 + 30) * 2;
    expect(whole.length - half.length).toBeGreaterThan(0.6 * numbers);
  });

  it('puts large tensors into an external file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cxrkit-serialize-'));
    try {
      const graph = buildClassifier();
      const weights = drawWeights(graph);
      const { bytes, external } = serializeGraph(graph, { weights, externalFile: 'weights.bin' });
      expect(external.map((piece) => piece.length)).toEqual([30 * 20 * 4]);
      await writeFile(join(folder, 'weights.bin'), Buffer.concat(external));
      await writeFile(join(folder, 'graph.onnx'), bytes);
      const session = await InferenceSession.create(join(folder, 'graph.onnx'));
      expectAllclose(await logitsOf(session, 2), reference(graph, weights, 2), { atol: 1e-6 });
      await session.release();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('makes parameters inputs where no weights are given', async () => {
    const { bytes } = serializeGraph(buildClassifier());
    const session = await InferenceSession.create(bytes);
    expect(session.inputNames).toEqual([
      'image',
      'conv1.weight',
      'conv1.bias',
      'bn1.weight',
      'bn1.bias',
      'bn1.running_mean',
      'bn1.running_var',
      'fc.weight',
      'fc.bias',
    ]);
    await session.release();
  });

  it('leaves out what no output needs, in nodes, weights and constants', () => {
    const graph = buildClassifier();
    const weights = drawWeights(graph);
    const before = serializeGraph(graph, { weights }).bytes;
    weights.delete('auxiliary.weight');
    graph.constant(float32(new Float32Array(1000)));
    expect(serializeGraph(graph, { weights }).bytes).toEqual(before);
  });

  it('names a missing weight and one of another shape', () => {
    const graph = buildClassifier();
    const weights = drawWeights(graph);
    weights.set('fc.weight', float32(new Float32Array(600), [20, 30]));
    expect(() => serializeGraph(graph, { weights })).toThrow(
      'Expected dims [30,20] for weight fc.weight, got "dims [20,30]".',
    );
    weights.delete('fc.weight');
    expect(() => serializeGraph(graph, { weights })).toThrow(
      'Expected dims [30,20] for weight fc.weight, got "nothing".',
    );
  });
});
