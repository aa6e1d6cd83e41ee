import { elementCount, type Random } from '@cxrkit/core';

/** Fills a fresh weight of shape `dims`. */
export type Initializer = (dims: readonly number[], random: Random) => Float32Array;

export function constantInitializer(value: number): Initializer {
  return (dims) => new Float32Array(elementCount(dims)).fill(value);
}

export const zeros: Initializer = constantInitializer(0);
export const ones: Initializer = constantInitializer(1);

/** Normal with mean 0 and the given standard deviation. */
export function normalInitializer(deviation: number): Initializer {
  return (dims, random) =>
    Float32Array.from({ length: elementCount(dims) }, () => deviation * random.normal());
}

/** He et al. 2015, fan-out, for convolutions before a ReLU: deviation sqrt(2 / (outChannels * kernel area)). */
export const heNormal: Initializer = (dims, random) => {
  const fanOut = dims[0] * elementCount(dims.slice(2));
  return normalInitializer(Math.sqrt(2 / fanOut))(dims, random);
};

/** PyTorch's default of linear and convolution layers: uniform in +-1 / sqrt(fanIn). */
export const uniformFanIn: Initializer = (dims, random) => {
  const bound = 1 / Math.sqrt(elementCount(dims.slice(1)));
  return Float32Array.from(
    { length: elementCount(dims) },
    () => bound * (2 * random.uniform() - 1),
  );
};

/** Uniform in +-`bound`; biases in PyTorch's default use 1 / sqrt(fanIn) of their weight. */
export function uniformInitializer(bound: number): Initializer {
  return (dims, random) =>
    Float32Array.from({ length: elementCount(dims) }, () => bound * (2 * random.uniform() - 1));
}
