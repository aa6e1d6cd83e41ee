import { InvalidInputError, sigmoid } from '@cxrkit/core';
import { z } from 'zod';

/** A linear classifier on frozen image features. */
export interface LinearProbe {
  readonly formatVersion: 1;
  /** Model whose features it reads, as `name@version`. */
  readonly model: string;
  readonly labels: readonly string[];
  /** `[L][F]` */
  readonly weights: readonly (readonly number[])[];
  /** `[L]` */
  readonly biases: readonly number[];
  /** `[F]` the features are standardised by: (x - mean) / deviation. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** `[L]` probability from which a label counts as present. */
  readonly thresholds: readonly number[];
}

/** What a probe says of one label. */
export interface ProbePrediction {
  readonly label: string;
  readonly logit: number;
  /** In [0, 1]. */
  readonly probability: number;
  readonly present: boolean;
}

const probeSchema = z.object({
  formatVersion: z.literal(1),
  model: z.string(),
  labels: z.array(z.string()).min(1),
  weights: z.array(z.array(z.number())),
  biases: z.array(z.number()),
  mean: z.array(z.number()),
  deviation: z.array(z.number()),
  thresholds: z.array(z.number()),
});

/**
 * Reads a probe from JSON.
 *
 * @throws {@link InvalidInputError} if it is malformed or its parts do not fit together.
 */
export function parseProbe(text: string): LinearProbe {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidInputError('probe', 'JSON', text.slice(0, 40));
  }
  const parsed = probeSchema.safeParse(value);
  if (!parsed.success)
    throw new InvalidInputError('probe', 'a linear probe', z.prettifyError(parsed.error));
  const { labels, weights, biases, mean, deviation, thresholds } = parsed.data;
  const fits =
    [weights, biases, thresholds].every((list) => list.length === labels.length) &&
    [deviation, ...weights].every((row) => row.length === mean.length);
  if (!fits)
    throw new InvalidInputError(
      'probe',
      `${labels.length} rows of ${mean.length} weights`,
      'other lengths',
    );
  return parsed.data;
}

/** @param features - `[F]`. */
export function predictProbe(probe: LinearProbe, features: Float32Array): ProbePrediction[] {
  if (features.length !== probe.mean.length)
    throw new InvalidInputError(
      'features',
      `${probe.mean.length} numbers`,
      features.length,
      `The probe was trained on ${probe.model}.`,
    );
  return probe.labels.map((label, i) => {
    const logit = probe.weights[i].reduce(
      (sum, weight, f) => sum + (weight * (features[f] - probe.mean[f])) / probe.deviation[f],
      probe.biases[i],
    );
    const probability = sigmoid(logit);
    return { label, logit, probability, present: probability >= probe.thresholds[i] };
  });
}
