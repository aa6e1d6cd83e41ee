import type { GraphNode } from '../graph/graph.js';
import { type Kernel, listAttribute, numberAttribute } from './kernel.js';
import { type NdArray, ndArray, take } from './nd-array.js';

/** One contribution of a sliding window: input pixel, output pixel, kernel element. */
type Tap = readonly [input: number, output: number, element: number];

interface Plane {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
}

interface Window {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

function windowOf(node: GraphNode): Window {
  return {
    strides: listAttribute(node, 'strides', [1, 1]),
    pads: listAttribute(node, 'pads', [0, 0, 0, 0]),
    dilations: listAttribute(node, 'dilations', [1, 1]),
  };
}

/** All taps inside the input, kernel elements in row-major order for each output pixel. */
function taps({ input, output, kernel }: Plane, { strides, pads, dilations }: Window): Tap[] {
  const found: Tap[] = [];
  for (let pixel = 0; pixel < output[0] * output[1]; pixel++)
    for (let element = 0; element < kernel[0] * kernel[1]; element++) {
      const row =
        Math.floor(pixel / output[1]) * strides[0] -
        pads[0] +
        Math.floor(element / kernel[1]) * dilations[0];
      const column =
        (pixel % output[1]) * strides[1] - pads[1] + (element % kernel[1]) * dilations[1];
      if (row >= 0 && row < input[0] && column >= 0 && column < input[1])
        found.push([row * input[1] + column, pixel, element]);
    }
  return found;
}

function outputSize(
  input: readonly number[],
  kernel: readonly number[],
  { strides, pads, dilations }: Window,
): number[] {
  return input.map((size, i) => {
    const reach = (kernel[i] - 1) * dilations[i] + 1;
    return Math.floor((size + pads[i] + pads[i + 2] - reach) / strides[i]) + 1;
  });
}

const area = (plane: readonly number[]): number => plane[0] * plane[1];

/** Visits each pair of input and output channel that one group joins, with its kernel plane. */
function channelPairs(
  [n, k, c, groups]: readonly number[],
  visit: (image: number, out: number, input: number, plane: number) => void,
): void {
  for (let image = 0; image < n; image++)
    for (let out = 0; out < k; out++)
      for (let i = 0; i < c; i++)
        visit(
          image,
          image * k + out,
          image * c * groups + Math.floor(out / (k / groups)) * c + i,
          out * c + i,
        );
}

const conv: Kernel = ([x, weight, bias], node) => {
  const groups = numberAttribute(node, 'group', 1);
  const [k, c, ...kernel] = weight.dims;
  const [n, , ...input] = x.dims;
  const window = windowOf(node);
  const output = outputSize(input, kernel, window);
  const list = taps({ input, output, kernel }, window);
  const y = ndArray([n, k, ...output]);
  if (bias)
    y.data.forEach((_, i) => {
      y.data[i] = bias.data[Math.floor(i / area(output)) % k];
    });
  channelPairs([n, k, c, groups], (_, out, from, plane) => {
    for (const [pixel, target, element] of list)
      y.data[out * area(output) + target] +=
        x.data[from * area(input) + pixel] * weight.data[plane * area(kernel) + element];
  });
  return [y];
};

/** The adjoint of {@link conv} in its input: the same taps, walked the other way. */
const convTranspose: Kernel = ([d, weight], node) => {
  const groups = numberAttribute(node, 'group', 1);
  const [k, c, ...kernel] = weight.dims;
  const [n, , ...small] = d.dims;
  const window = windowOf(node);
  const extra = listAttribute(node, 'output_padding', [0, 0]);
  const large = small.map(
    (size, i) =>
      (size - 1) * window.strides[i] -
      window.pads[i] -
      window.pads[i + 2] +
      (kernel[i] - 1) * window.dilations[i] +
      1 +
      extra[i],
  );
  const list = taps({ input: large, output: small, kernel }, window);
  const y = ndArray([n, c * groups, ...large]);
  channelPairs([n, k, c, groups], (_, from, out, plane) => {
    for (const [target, pixel, element] of list)
      y.data[out * area(large) + target] +=
        d.data[from * area(small) + pixel] * weight.data[plane * area(kernel) + element];
  });
  return [y];
};

function pool(
  x: NdArray,
  node: GraphNode,
): { input: number[]; output: number[]; byPixel: number[][]; dims: number[] } {
  const [n, c, ...input] = x.dims;
  const kernel = listAttribute(node, 'kernel_shape', []);
  const window = windowOf(node);
  const output = outputSize(input, kernel, window);
  const byPixel: number[][] = Array.from({ length: area(output) }, () => []);
  for (const [from, to] of taps({ input, output, kernel }, window)) byPixel[to].push(from);
  return { input, output, byPixel, dims: [n, c, ...output] };
}

/** With indices into the flattened input; the first of equal values wins. */
const maxPool: Kernel = ([x], node) => {
  const { input, output, byPixel, dims } = pool(x, node);
  const indices = ndArray(dims);
  indices.data.forEach((_, i) => {
    const base = Math.floor(i / area(output)) * area(input);
    const candidates = byPixel[i % area(output)].map((from) => base + from);
    indices.data[i] = candidates.reduce((best, at) => (x.data[at] > x.data[best] ? at : best));
  });
  return [take(x, dims, Int32Array.from(indices.data)), indices];
};

const averagePool: Kernel = ([x], node) => {
  const { input, output, byPixel, dims } = pool(x, node);
  const y = ndArray(dims);
  y.data.forEach((_, i) => {
    const base = Math.floor(i / area(output)) * area(input);
    const list = byPixel[i % area(output)];
    y.data[i] = list.reduce((sum, from) => sum + x.data[base + from], 0) / list.length;
  });
  return [y];
};

const globalAveragePool: Kernel = ([x]) => {
  const [n, c, ...input] = x.dims;
  const y = ndArray([n, c, 1, 1]);
  x.data.forEach((value, i) => {
    y.data[Math.floor(i / area(input))] += value / area(input);
  });
  return [y];
};

/** Nearest neighbour by whole factors, asymmetric, floor. */
const resize: Kernel = ([x, , scales]) => {
  const dims = x.dims.map((dim, i) => Math.floor(dim * scales.data[i]));
  const at = Int32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => {
    const column = Math.floor((i % dims[3]) / scales.data[3]);
    const row = Math.floor((Math.floor(i / dims[3]) % dims[2]) / scales.data[2]);
    return (Math.floor(i / (dims[2] * dims[3])) * x.dims[2] + row) * x.dims[3] + column;
  });
  return [take(x, dims, at)];
};

export const convolutionKernels: Readonly<Record<string, Kernel>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  Resize: resize,
};
