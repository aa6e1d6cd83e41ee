import { InvalidInputError, type Tensor, type Tensors } from '@cxrkit/core';
import { Graph, reduceMean } from '@cxrkit/nn';
import {
  adamW,
  buildTrainingStep,
  constantSchedule,
  cosineSchedule,
  type Schedule,
  sgd,
  type TrainingResult,
  type TrainingStepOptions,
  train,
} from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import { cnn, type TrainingNetwork, transformer } from './training-networks.js';
import {
  batchesOf,
  inTemporaryFolder,
  largestDifference,
  loadFixture,
  type StoredTensor,
  toTensor,
  toTensors,
} from './training-support.js';

type Stored = Readonly<Record<string, StoredTensor>>;

/** What tools/fixtures/training.py stores of a network. */
interface Golden {
  readonly weights: Stored;
  readonly batches: readonly { readonly x: StoredTensor; readonly y: StoredTensor }[];
  readonly runs: Readonly<
    Record<
      string,
      { readonly losses: number[]; readonly rates: number[]; weights: Stored; average?: Stored }
    >
  >;
}

interface GoldenRun {
  readonly fixture: string;
  readonly network: TrainingNetwork;
  readonly name: string;
  readonly options: TrainingStepOptions;
  readonly schedule?: Schedule;
}

const RATE = 0.02;
const UPDATES = 12;
const warmCosine = cosineSchedule({ learningRate: RATE, warmup: 4, updates: 12, final: 0.001 });

const goldenRuns: readonly GoldenRun[] = [
  {
    fixture: 'training-cnn',
    network: cnn,
    name: 'adamw',
    options: { optimizer: adamW({ weightDecay: 0.1 }) },
  },
  {
    fixture: 'training-cnn',
    network: cnn,
    name: 'adamw clipped on a warm cosine',
    options: { optimizer: adamW({ weightDecay: 0.1 }), clipNorm: 0.3 },
    schedule: warmCosine,
  },
  {
    fixture: 'training-cnn',
    network: cnn,
    name: 'sgd with rates and a frozen layer',
    options: {
      optimizer: sgd({ weightDecay: 0.05 }),
      clipNorm: 0.5,
      rate: (name) => (name.startsWith('conv1') ? 0 : name.startsWith('fc') ? 2 : 1),
    },
  },
  {
    fixture: 'training-transformer',
    network: transformer,
    name: 'adamw with an average',
    options: { optimizer: adamW({ weightDecay: 0.1 }), clipNorm: 1, ema: 0.9 },
  },
  {
    fixture: 'training-transformer',
    network: transformer,
    name: 'sgd',
    options: { optimizer: sgd() },
  },
];

async function runTraining(
  network: TrainingNetwork,
  count: number,
  options: TrainingStepOptions,
  run: { weights: ReadonlyMap<string, Tensor>; batch: (i: number) => Tensors; schedule?: Schedule },
): Promise<TrainingResult> {
  const graph = new Graph('training');
  const loss = reduceMean(network(graph, count));
  expect([...graph.parameters.keys()].sort()).toEqual([...run.weights.keys()].sort());
  const step = buildTrainingStep(graph, { crossEntropy: { value: loss } }, options);
  return await inTemporaryFolder((runFolder) =>
    train({
      runFolder,
      step,
      batches: batchesOf(run.batch),
      updates: UPDATES,
      schedule: run.schedule ?? constantSchedule(RATE),
      seed: 1,
      initialWeights: run.weights,
      threads: 1,
    }),
  );
}

describe('12 updates equal PyTorch', () => {
  it.each(goldenRuns)('$fixture: $name', async ({ fixture, network, name, options, schedule }) => {
    const golden = loadFixture<Golden>(fixture);
    const expected = golden.runs[name];
    const batches = golden.batches.map(({ x, y }) => ({ x: toTensor(x), y: toTensor(y) }));
    const result = await runTraining(network, 8, options, {
      weights: toTensors(golden.weights),
      batch: (index) => batches[index % batches.length],
      ...(schedule ? { schedule } : {}),
    });
    const losses = result.curve.map((point) => point.losses?.loss ?? Number.NaN);
    expect(largestDifference(losses, expected.losses)).toBeLessThan(1e-5);
    const rates = result.curve.map((point) => point.learningRate ?? Number.NaN);
    expect(largestDifference(rates, expected.rates)).toBeLessThan(1e-12);
    const averages = { ...expected.weights, ...(expected.average ?? {}) };
    for (const key of Object.keys(expected.weights)) {
      const current = largestDifference(
        result.weights.get(key)?.data ?? [],
        expected.weights[key].data,
      );
      expect(current, key).toBeLessThan(1e-4);
      const average = largestDifference(
        result.averageWeights.get(key)?.data ?? [],
        averages[key].data,
      );
      expect(average, `average of ${key}`).toBeLessThan(1e-4);
    }
  });

  it('leaves a frozen layer as it was', () => {
    const { weights, runs } = loadFixture<Golden>('training-cnn');
    const frozen = runs['sgd with rates and a frozen layer'].weights;
    expect(frozen['conv1.weight'].data).toEqual(weights['conv1.weight'].data);
    expect(frozen['conv2.weight'].data).not.toEqual(weights['conv2.weight'].data);
  });
});

describe('buildTrainingStep', () => {
  it('refuses a loss with the name of the total, and none at all', () => {
    const graph = new Graph('training');
    const value = reduceMean(cnn(graph, 2));
    const build = (losses: Parameters<typeof buildTrainingStep>[1]) => () =>
      buildTrainingStep(graph, losses, { optimizer: adamW() });
    expect(build({ loss: { value } })).toThrow(/^Expected a name other than "loss".*is taken/);
    expect(build({ loss: { value } })).toThrow(InvalidInputError);
    expect(build({})).toThrow('at least one term');
  });
});

describe('accumulation', () => {
  it('of 4 batches equals one batch of 4 times the size', async () => {
    const golden = loadFixture<Golden>('training-transformer');
    const weights = toTensors(golden.weights);
    const whole = golden.batches.map(({ x, y }) => ({ x: toTensor(x), y: toTensor(y) }));
    const part = (tensor: Tensor, i: number): Tensor => {
      const size = tensor.data.length / 4;
      const data = tensor.data.slice(i * size, (i + 1) * size);
      return { ...tensor, dims: [tensor.dims[0] / 4, ...tensor.dims.slice(1)], data };
    };
    const options = { optimizer: adamW(), clipNorm: 1, ema: 0.8 };
    const once = await runTraining(transformer, 8, options, {
      weights,
      batch: (index) => whole[index % 3],
    });
    const accumulated = await runTraining(
      transformer,
      2,
      { ...options, accumulate: 4 },
      {
        weights,
        batch: (index) => {
          const { x, y } = whole[Math.floor(index / 4) % 3];
          return { x: part(x, index % 4), y: part(y, index % 4) };
        },
      },
    );
    const [a, b] = [once, accumulated].map(({ curve }) =>
      curve.map((point) => point.losses?.loss ?? Number.NaN),
    );
    expect(b).toHaveLength(UPDATES);
    expect(largestDifference(b, a)).toBeLessThan(1e-5);
    for (const kind of ['weights', 'averageWeights'] as const)
      for (const [name, { data }] of once[kind]) {
        const other = accumulated[kind].get(name)?.data ?? [];
        expect(largestDifference(other, Array.from(data, Number)), name).toBeLessThan(1e-4);
      }
  });
});
