import { batchNorm, embedding, Graph, mul, reduceSum, serializeGraph } from '@cxrkit/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { gradients } from '../src/train/autodiff.js';

/** Behaviour of onnxruntime that a rule has to work round; the obvious rule fails here, the first one now and then. */
describe('onnxruntime', () => {
  it('adds repeated rows of an embedding exactly, on several threads', {
    timeout: 60_000,
  }, async () => {
    const [rows, tokens, width] = [4096, 8, 768];
    const graph = new Graph('training');
    const indices = graph.input('indices', 'int64', [rows]);
    const weights = graph.input('weights', 'float32', [rows, width]);
    const loss = reduceSum(mul(embedding(indices, 'tokens', tokens, width), weights));
    const [slope] = gradients(
      loss,
      [...graph.parameters.values()].map(({ value }) => value),
    );
    graph.output('slope', slope as NonNullable<typeof slope>);
    const session = await InferenceSession.create(serializeGraph(graph).bytes, {
      intraOpNumThreads: 4,
    });
    const feeds = {
      indices: new Tensor(
        'int64',
        BigInt64Array.from({ length: rows }, (_, i) => BigInt(i % tokens)),
        [rows],
      ),
      weights: new Tensor('float32', new Float32Array(rows * width).fill(1), [rows, width]),
    };
    for (let run = 0; run < 4; run++) {
      const { slope: sums } = await session.run(feeds);
      expect((sums.data as Float32Array).every((sum) => sum === rows / tokens)).toBe(true);
    }
    await session.release();
  });

  it('leaves the running statistics it is fed as they are', async () => {
    const graph = new Graph('training');
    const x = graph.input('x', 'float32', [1, 1, 2, 2]);
    graph.output('y', batchNorm(x, 'bn'));
    for (const [name, value] of graph.updates) graph.output(`next.${name}`, value);
    const session = await InferenceSession.create(serializeGraph(graph).bytes);
    const one = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), [1]);
    const feeds = {
      x: new Tensor('float32', Float32Array.of(1, 2, 3, 6), [1, 1, 2, 2]),
      'bn.weight': one(1),
      'bn.bias': one(0),
      'bn.running_mean': one(10),
      'bn.running_var': one(20),
    };
    const results = await session.run(feeds);
    expect(feeds['bn.running_mean'].data).toEqual(Float32Array.of(10));
    expect(feeds['bn.running_var'].data).toEqual(Float32Array.of(20));
    expect(results['next.bn.running_mean'].data[0]).toBeCloseTo(0.9 * 10 + 0.1 * 3, 5);
    expect(results['next.bn.running_var'].data[0]).toBeCloseTo(0.9 * 20 + (0.1 * 14) / 3, 5);
    await session.release();
  });
});
