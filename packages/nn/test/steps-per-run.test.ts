import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createRandom,
  DeviceError,
  float32,
  InvalidInputError,
  int64,
  ModelOutputError,
  type Tensors,
} from '@cxrkit/core';
import { openRuntime } from '@cxrkit/core/onnx';
import { Graph, reduceMean } from '@cxrkit/nn';
import {
  adamW,
  buildTrainingStep,
  constantSchedule,
  cosineSchedule,
  plateauSchedule,
  sgd,
  type TrainingResult,
  type TrainingStepOptions,
  type TrainOptions,
  train,
} from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import { cnn, type TrainingNetwork, transformer } from './training-networks.js';
import { batchesOf, inTemporaryFolder, largestDifference } from './training-support.js';

const COUNT = 4;
const batchOf: Readonly<Record<'cnn' | 'transformer', (index: number) => Tensors>> = {
  cnn: (index) => {
    const random = createRandom(1, index);
    const x = Float32Array.from({ length: COUNT * 81 }, () => random.normal());
    const y = Array.from({ length: COUNT }, () => random.integer(3));
    return { x: float32(x, [COUNT, 1, 9, 9]), y: int64(y) };
  },
  transformer: (index) => {
    const random = createRandom(2, index);
    const tokens = Array.from({ length: COUNT * 6 }, () => random.integer(11));
    return { x: int64(tokens, [COUNT, 6]), y: int64(tokens.map((token) => (token * 7) % 11)) };
  },
};
const networks: Readonly<Record<keyof typeof batchOf, TrainingNetwork>> = { cnn, transformer };

const UPDATES = 11;
const everything = { optimizer: adamW(), clipNorm: 0.5, ema: 0.9 };

/** A training of 11 updates; runs are cut by checkpoints after 6 and evaluations after 5 and 10. */
function options(
  runFolder: string,
  network: keyof typeof batchOf = 'cnn',
  step: TrainingStepOptions = everything,
): TrainOptions {
  const graph = new Graph('training');
  const losses = { crossEntropy: { value: reduceMean(networks[network](graph, COUNT)) } };
  return {
    runFolder,
    step: buildTrainingStep(graph, losses, step),
    batches: batchesOf(batchOf[network]),
    updates: UPDATES,
    schedule: cosineSchedule({ learningRate: 0.02, warmup: 2, updates: UPDATES }),
    seed: 5,
    checkpointEvery: 6,
    evaluate: {
      every: 5,
      run: async ({ weights }) => ({
        sum: [...(await weights()).values()].reduce(
          (sum, { data }) => sum + Array.from(data, Number).reduce((a, b) => a + b, 0),
          0,
        ),
      }),
    },
    threads: 1,
  };
}

/** What a run leaves behind, to be compared byte for byte. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const read = async (file: string) => (await readFile(join(folder, file))).toString('base64');
  return {
    curve: await readFile(join(folder, 'curve.jsonl'), 'utf8'),
    state: await read('state.safetensors'),
  };
}

const trainings: readonly [string, keyof typeof batchOf, TrainingStepOptions][] = [
  ['a convolution with running statistics: AdamW, clipped, averaged', 'cnn', everything],
  ['a transformer: AdamW, clipped, averaged', 'transformer', everything],
  ['gradients of 3 batches added up', 'cnn', { ...everything, accumulate: 3 }],
  ['gradients of 2 batches added up, transformer', 'transformer', { ...everything, accumulate: 2 }],
  [
    'SGD with rates and a frozen layer',
    'cnn',
    { optimizer: sgd(), rate: (name) => (name.startsWith('conv1') ? 0 : 2) },
  ],
  [
    'a frozen layer and gradients of 2 batches',
    'cnn',
    { optimizer: adamW(), accumulate: 2, rate: (name) => (name.startsWith('conv1') ? 0 : 1) },
  ],
];

describe('several updates in a run', { timeout: 60_000 }, () => {
  it.each(trainings)('equal single ones, bit for bit: %s', async (_, network, step) => {
    const [single, four, all] = await Promise.all(
      [1, 4, 100].map((stepsPerRun) =>
        inTemporaryFolder(async (folder) => {
          await train({ ...options(folder, network, step), stepsPerRun });
          return await filesOf(folder);
        }),
      ),
    );
    expect(single.curve.trim().split('\n')).toHaveLength(UPDATES + 3);
    expect(four).toEqual(single);
    expect(all).toEqual(single);
  });

  it('leave a run that any number may go on with, from any update', async () => {
    const single = await inTemporaryFolder(async (folder) => {
      await train(options(folder));
      return await filesOf(folder);
    });
    await inTemporaryFolder(async (folder) => {
      for (const [updates, stepsPerRun] of [
        [3, 2],
        [4, 1],
        [9, 4],
        [UPDATES, 3],
      ])
        await train({ ...options(folder), updates, stepsPerRun });
      const { state } = await filesOf(folder);
      expect(state).toBe(single.state);
    });
  });

  it('tell of every update and stop after the run in which they are aborted', async () => {
    await inTemporaryFolder(async (folder) => {
      const controller = new AbortController();
      const completed: number[] = [];
      const aborted = train({
        ...options(folder),
        stepsPerRun: 4,
        signal: controller.signal,
        onProgress: (event) => {
          completed.push(event.completed);
          if (event.completed === 2) controller.abort(new Error('enough'));
        },
      });
      await expect(aborted).rejects.toThrow('enough');
      expect(completed).toEqual([1, 2, 3, 4]);
      const onProgress = (event: { completed: number }): number => completed.push(event.completed);
      const { curve } = await train({ ...options(folder), stepsPerRun: 4, onProgress });
      expect(completed).toEqual([...Array(UPDATES).keys()].map((update) => update + 1));
      expect(curve.filter(({ losses }) => losses)).toHaveLength(UPDATES);
    });
  });

  it('give a schedule the evaluations before it', async () => {
    const rates = async (stepsPerRun: number) =>
      await inTemporaryFolder(async (folder) => {
        const schedule = plateauSchedule({ evaluation: 'sum', learningRate: 0.1, patience: 0 });
        const evaluate = { every: 2, run: async () => ({ sum: 1 }) };
        const { curve } = await train({ ...options(folder), schedule, evaluate, stepsPerRun });
        return curve.flatMap(({ learningRate = [] }) => learningRate);
      });
    expect(await rates(4)).toEqual(await rates(1));
    expect(new Set(await rates(4)).size).toBeGreaterThan(2);
  });

  it('have the batches of the next run made while this one goes on', async () => {
    await inTemporaryFolder(async (folder) => {
      const asked: number[] = [];
      const events: string[] = [];
      const batches = batchesOf((index) => {
        asked.push(index);
        return batchOf.cnn(index);
      });
      await train({
        ...{ ...options(folder, 'cnn', { ...everything, accumulate: 2 }), batches },
        ...{ stepsPerRun: 3, updates: 8, checkpointEvery: 100 },
        evaluate: { every: 100, run: async () => ({}) },
        onProgress: ({ completed }) => events.push(`${completed}: ${asked.length} batches`),
      });
      expect(asked).toEqual([...Array(16).keys()]);
      expect(events.filter((_, i) => i % 3 === 0)).toEqual([
        '1: 12 batches',
        '4: 16 batches',
        '7: 16 batches',
      ]);
    });
  });

  it.each([1, 2])(
    'keep what was finished when a batch fails (%i batches an update)',
    async (accumulate) => {
      await inTemporaryFolder(async (folder) => {
        const step = { ...everything, accumulate };
        const failing = batchesOf((index) => {
          if (index === 3) throw new RangeError('bad picture');
          return batchOf.cnn(index);
        });
        const run = { ...options(folder, 'cnn', step), updates: 5, stepsPerRun: 4 };
        await expect(train({ ...run, batches: failing })).rejects.toThrow('bad picture');
        const completed: number[] = [];
        const onProgress = (event: { completed: number }): number =>
          completed.push(event.completed);
        await train({ ...run, onProgress });
        expect(completed[0]).toBe(Math.floor(3 / accumulate) + 1);
        expect(completed.at(-1)).toBe(5);
      });
    },
  );

  it('name the update whose loss is no number and keep the state before', async () => {
    await inTemporaryFolder(async (folder) => {
      const batches = batchesOf((index) => {
        const batch = batchOf.cnn(index);
        if (index === 7) (batch.x.data as Float32Array).fill(Number.NaN);
        return batch;
      });
      const failure = train({ ...options(folder), batches, stepsPerRun: 4 });
      await expect(failure).rejects.toThrow(ModelOutputError);
      await expect(failure).rejects.toThrow(/loss of update 8 is NaN.*state of update 6 is kept/);
    });
  });

  it('refuse batches that differ in a run', async () => {
    await inTemporaryFolder(async (folder) => {
      const ragged = batchesOf((index) => {
        const { x, y } = batchOf.cnn(index);
        return index === 1 ? { x, y: int64([0, 1]) } : { x, y };
      });
      const failure = train({ ...options(folder), batches: ragged, stepsPerRun: 3 });
      await expect(failure).rejects.toThrow(/int64 \[4\], as in the first.*int64 \[2\]/);
      const lacking = batchesOf((index) => (index === 1 ? {} : batchOf.cnn(index)));
      const other = train({ ...options(folder), batches: lacking, stepsPerRun: 3 });
      await expect(other).rejects.toThrow(InvalidInputError);
    });
  });

  it('are refused where a batch depends on the weights, and as no whole number', async () => {
    await inTemporaryFolder(async (folder) => {
      const prepared = train({
        ...{ ...options(folder), stepsPerRun: 2 },
        prepare: async (batch) => batch,
      });
      await expect(prepared).rejects.toThrow(InvalidInputError);
      await expect(prepared).rejects.toThrow(/Expected 1 with batches that depend/);
      for (const stepsPerRun of [0, 1.5, Number.NaN])
        await expect(train({ ...options(folder), stepsPerRun })).rejects.toThrow(InvalidInputError);
    });
  });
});

const webgpu = await openRuntime({ device: 'webgpu' }).catch((error: unknown) => {
  if (error instanceof DeviceError) return undefined;
  throw error;
});
await webgpu?.dispose();

describe.skipIf(webgpu === undefined)(
  'on WebGPU (skipped without a driver)',
  { timeout: 300_000 },
  () => {
    const trained = async (options_: Partial<TrainOptions>): Promise<TrainingResult> =>
      await inTemporaryFolder(
        async (folder) =>
          await train({
            ...options(folder, 'transformer', { ...everything, accumulate: 2 }),
            ...{ updates: 5, schedule: constantSchedule(0.01), checkpointEvery: 3 },
            ...options_,
          }),
      );

    it.each([1, 3])('%i updates a run lead where they lead on the CPU', async (stepsPerRun) => {
      const [there, here] = [await trained({ device: 'webgpu', stepsPerRun }), await trained({})];
      const lossesOf = ({ curve }: TrainingResult): number[] =>
        curve.flatMap(({ losses }) => losses?.loss ?? []);
      expect(largestDifference(lossesOf(there), lossesOf(here))).toBeLessThan(1e-4);
      for (const [name, { data }] of here.averageWeights) {
        const other = there.averageWeights.get(name)?.data ?? [];
        expect(largestDifference(other, Array.from(data, Number)), name).toBeLessThan(1e-3);
      }
    });
  },
);
