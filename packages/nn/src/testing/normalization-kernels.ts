import { elementCount } from '@cxrkit/core';
import { type Kernel, numberAttribute } from './kernel.js';
import { type NdArray, ndArray } from './nd-array.js';

function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  return {
    mean,
    variance: list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length,
  };
}

/** Over the last axis, with the mean and 1 / deviation of each row. */
const layerNormalization: Kernel = ([x, scale, bias], node) => {
  const width = x.dims[x.dims.length - 1];
  const epsilon = numberAttribute(node, 'epsilon', 1e-5);
  const statistics = [...x.dims.slice(0, -1), 1];
  const [y, means, inverses] = [ndArray(x.dims), ndArray(statistics), ndArray(statistics)];
  for (let row = 0; row < x.data.length / width; row++) {
    const values = x.data.subarray(row * width, (row + 1) * width);
    const { mean, variance } = moments(values);
    means.data[row] = mean;
    inverses.data[row] = 1 / Math.sqrt(variance + epsilon);
    values.forEach((value, i) => {
      y.data[row * width + i] = (value - mean) * inverses.data[row] * scale.data[i] + bias.data[i];
    });
  }
  return [y, means, inverses];
};

/** Indices of each channel of `[N, C, ...]`. */
function channelIndices({ dims }: NdArray, channel: number): Int32Array {
  const area = elementCount(dims.slice(2));
  return Int32Array.from(
    { length: dims[0] * area },
    (_, i) => (Math.floor(i / area) * dims[1] + channel) * area + (i % area),
  );
}

const batchNormalization: Kernel = ([x, scale, bias, runningMean, runningVariance], node) => {
  const training = numberAttribute(node, 'training_mode', 0) === 1;
  const momentum = numberAttribute(node, 'momentum', 0.9);
  const epsilon = numberAttribute(node, 'epsilon', 1e-5);
  const y = ndArray(x.dims);
  const [means, variances] = [ndArray([x.dims[1]]), ndArray([x.dims[1]])];
  scale.data.forEach((factor, channel) => {
    const indices = channelIndices(x, channel);
    const running = { mean: runningMean.data[channel], variance: runningVariance.data[channel] };
    const used = training
      ? moments(indices.length ? [...indices].map((i) => x.data[i]) : [])
      : running;
    for (const i of indices)
      y.data[i] =
        ((x.data[i] - used.mean) / Math.sqrt(used.variance + epsilon)) * factor +
        bias.data[channel];
    means.data[channel] = running.mean * momentum + used.mean * (1 - momentum);
    variances.data[channel] = running.variance * momentum + used.variance * (1 - momentum);
  });
  return [y, means, variances];
};

export const normalizationKernels: Readonly<Record<string, Kernel>> = {
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
};
