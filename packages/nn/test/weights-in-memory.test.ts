import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, type Tensor } from '@cxrkit/core';
import { openRuntime, type WeightsInMemory } from '@cxrkit/core/onnx';
import { expectAllclose } from '@cxrkit/core/testing';
import { Graph, linear, serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const INPUTS = 4096;
const OUTPUTS = 6144;
/** The weights as float32, MB. */
const UNPACKED = (INPUTS * OUTPUTS * 4) / 1e6;

describe('float16 weights in a file of their own', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-stored-'));
    const graph = new Graph();
    const x = graph.input('x', 'float32', [1, INPUTS]);
    graph.output('y', linear(x, 'fc', OUTPUTS));
    const random = createRandom(3);
    const weights = new Map<string, Tensor>(
      [...graph.parameters].map(([name, { dims, initializer }]) => [
        name,
        float32(initializer(dims, random), dims),
      ]),
    );
    const externalFile = 'graph.onnx.data';
    const { bytes, external } = serializeGraph(graph, {
      weights,
      storage: 'float16',
      externalFile,
    });
    await writeFile(join(folder, 'graph.onnx'), bytes);
    await writeFile(join(folder, externalFile), Buffer.concat(external));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Megabytes that loading took, and what the graph gives. */
  async function load(weights: WeightsInMemory): Promise<{ megabytes: number; y: Tensor }> {
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const before = process.memoryUsage.rss();
    const session = await runtime.load(join(folder, 'graph.onnx'), { weights });
    const megabytes = (process.memoryUsage.rss() - before) / 1e6;
    const x = float32(
      Float32Array.from({ length: INPUTS }, (_, i) => Math.sin(i)),
      [1, INPUTS],
    );
    return { megabytes, y: (await session.run({ x })).y };
  }

  it('stay as they are when asked to, and give the same numbers', async () => {
    const stored = await load('as-stored');
    const unpacked = await load('unpacked');
    expect(unpacked.megabytes).toBeGreaterThan(0.8 * UNPACKED);
    expect(stored.megabytes).toBeLessThan(0.5 * UNPACKED);
    expectAllclose(stored.y.data as Float32Array, unpacked.y.data as Float32Array, { atol: 1e-4 });
  });
});
