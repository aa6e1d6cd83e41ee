import {
  createRandom,
  float32,
  InvalidInputError,
  type TaskOptions,
  type Tensors,
} from '@cxrkit/core';
import { Graph, linear, zeros } from '@cxrkit/nn';
import {
  adamW,
  type BatchSource,
  binaryCrossEntropy,
  buildTrainingStep,
  cosineSchedule,
  train,
  weightedMean,
} from '@cxrkit/nn/train';
import { type LinearProbe, predictProbe } from '../linear-probe.js';

/** Features of one picture and what is known of its labels. */
export interface ProbeExample {
  readonly split: 'train' | 'val' | 'test';
  /** `[F]` of `ClipClassifier.encodeImage`. */
  readonly features: Float32Array;
  /** 1 = present, 0 = absent, not listed = unknown. */
  readonly findings: Readonly<Record<string, 0 | 1>>;
}

export interface TrainProbeOptions extends TaskOptions {
  readonly examples: readonly ProbeExample[];
  readonly labels: readonly string[];
  /** Model the features come from, as `name@version`. */
  readonly model: string;
  readonly runFolder: string;
  /** @defaultValue 600 */
  readonly updates?: number;
  /** @defaultValue 128 */
  readonly batchSize?: number;
  /** @defaultValue 5e-3 */
  readonly learningRate?: number;
  /** @defaultValue 0.1 */
  readonly weightDecay?: number;
  readonly seed: number;
}

/**
 * Trains a linear probe on frozen features: standardise, one linear layer, binary cross-entropy over known labels.
 * Thresholds are those that give the best F1 on the train split.
 *
 * @throws {@link InvalidInputError} without training examples, or for a label that is never present or never absent.
 */
export async function trainLinearProbe(options: TrainProbeOptions): Promise<LinearProbe> {
  const {
    labels,
    seed,
    model,
    updates = 600,
    batchSize = 128,
    learningRate = 5e-3,
    weightDecay = 0.1,
  } = options;
  const examples = options.examples.filter(({ split }) => split === 'train');
  checkLabels(examples, labels);
  const { mean, deviation } = statistics(examples);
  const width = mean.length;
  const graph = new Graph('training');
  const features = graph.input('features', 'float32', [batchSize, width]);
  const targets = graph.input('labels', 'float32', [batchSize, labels.length]);
  const known = graph.input('known', 'float32', [batchSize, labels.length]);
  const logits = linear(features, 'classifier.classification_head', labels.length, {
    initializer: zeros,
  });
  const losses = { bce: { value: weightedMean(binaryCrossEntropy(logits, targets), known) } };
  const step = buildTrainingStep(graph, losses, { optimizer: adamW({ weightDecay }) });
  const { signal, onProgress } = options;
  const { weights } = await train({
    runFolder: options.runFolder,
    step,
    batches: memoryBatches(examples, labels, { mean, deviation, batchSize, seed }),
    updates,
    schedule: cosineSchedule({ learningRate, updates }),
    seed,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const [matrix, bias] = ['weight', 'bias'].map(
    (part) => weights.get(`classifier.classification_head.${part}`)?.data as Float32Array,
  );
  const probe: LinearProbe = {
    formatVersion: 1,
    model,
    labels,
    mean: [...mean],
    deviation: [...deviation],
    weights: labels.map((_, i) => [...matrix.subarray(i * width, (i + 1) * width)]),
    biases: [...bias],
    thresholds: labels.map(() => 0.5),
  };
  return { ...probe, thresholds: bestThresholds(probe, examples) };
}

function checkLabels(examples: readonly ProbeExample[], labels: readonly string[]): void {
  if (examples.length === 0) throw new InvalidInputError('examples', 'some of the train split', 0);
  for (const label of labels) {
    const values = new Set(examples.map(({ findings }) => findings[label]));
    if (!values.has(0) || !values.has(1))
      throw new InvalidInputError(
        `label ${label}`,
        'examples with and without it',
        values.has(1) ? 'only with' : 'none with',
      );
  }
}

function statistics(examples: readonly ProbeExample[]): {
  mean: Float64Array;
  deviation: Float64Array;
} {
  const width = examples[0].features.length;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (const { features } of examples)
    for (let f = 0; f < width; f++) mean[f] += features[f] / examples.length;
  for (const { features } of examples)
    for (let f = 0; f < width; f++) deviation[f] += (features[f] - mean[f]) ** 2 / examples.length;
  return { mean, deviation: deviation.map((variance) => Math.max(1e-4, Math.sqrt(variance))) };
}

interface BatchOptions {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly batchSize: number;
  readonly seed: number;
}

function memoryBatches(
  examples: readonly ProbeExample[],
  labels: readonly string[],
  { mean, deviation, batchSize, seed }: BatchOptions,
): BatchSource {
  return {
    batch: async (index): Promise<Tensors> => {
      const random = createRandom(seed, index);
      const rows = Array.from(
        { length: batchSize },
        () => examples[random.integer(examples.length)],
      );
      const features = rows.flatMap((row) =>
        [...row.features].map((value, f) => (value - mean[f]) / deviation[f]),
      );
      const values = rows.flatMap(({ findings }) => labels.map((label) => findings[label]));
      const dims = [batchSize, labels.length];
      return {
        features: float32(features, [batchSize, mean.length]),
        labels: float32(
          values.map((value) => value ?? 0),
          dims,
        ),
        known: float32(
          values.map((value) => (value === undefined ? 0 : 1)),
          dims,
        ),
      };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** For each label the probability at which F1 is best. */
function bestThresholds(probe: LinearProbe, examples: readonly ProbeExample[]): number[] {
  const predictions = examples.map(({ features }) => predictProbe(probe, features));
  return probe.labels.map((label, i) => {
    const rows = examples
      .map(({ findings }, row) => ({ truth: findings[label], p: predictions[row][i].probability }))
      .filter(({ truth }) => truth !== undefined)
      .sort((a, b) => b.p - a.p);
    const positives = rows.filter(({ truth }) => truth === 1).length;
    let [found, best, threshold] = [0, -1, 0.5];
    rows.forEach(({ truth, p }, rank) => {
      if (truth === 1) found++;
      const f1 = (2 * found) / (rank + 1 + positives);
      if (f1 > best) [best, threshold] = [f1, p];
    });
    return threshold;
  });
}
