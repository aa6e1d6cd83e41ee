import { staticDim } from '../../graph/dims.js';
import type { GraphNode, Value } from '../../graph/graph.js';
import { convolution } from '../../ops/convolution.js';
import { mul } from '../../ops/elementwise.js';
import { gather } from '../../ops/indexing.js';
import { matmul } from '../../ops/linear-algebra.js';
import { emit, int64List } from '../../ops/operand.js';
import { reduceSum } from '../../ops/reduce.js';
import { concat, pad, reshape, slice, transpose, transposeLast } from '../../ops/shape.js';
import { type GradientRule, intAttribute, intsAttribute } from './rule.js';

/** Sizes of one convolution, read off its node. */
interface Geometry {
  readonly x: Value;
  readonly weight: Value;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly kernel: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
}

function geometry(node: GraphNode): Geometry {
  const [x, weight] = node.inputs as [Value, Value];
  const [, , height, width] = node.outputs[0].dims.map((dim, i) =>
    i === 0 ? 0 : staticDim(dim, 'feature map'),
  );
  const [kh, kw] = intsAttribute(node, 'kernel_shape');
  return {
    x,
    weight,
    stride: intsAttribute(node, 'strides')[0],
    padding: intsAttribute(node, 'pads')[0],
    groups: intAttribute(node, 'group', 1),
    kernel: [kh, kw],
    output: [height, width],
  };
}

/** d/dx is the transposed convolution; at stride 1 the ordinary one with the kernel turned round, which is faster. */
function inputGradient(d: Value, g: Geometry): Value {
  const [, , height, width] = g.x.dims.map((dim, i) =>
    i === 0 ? 0 : staticDim(dim, 'feature map'),
  );
  const [kh, kw] = g.kernel;
  if (g.stride === 1 && kh === kw && kh > g.padding)
    return convolution(d, turned(g), undefined, { padding: kh - 1 - g.padding, groups: g.groups });
  const left = (size: number, kernel: number, out: number): number =>
    size - ((out - 1) * g.stride - 2 * g.padding + kernel);
  return emit('ConvTranspose', [d, g.weight], g.x.dims, {
    kernel_shape: g.kernel,
    strides: [g.stride, g.stride],
    pads: [g.padding, g.padding, g.padding, g.padding],
    group: g.groups,
    output_padding: [left(height, kh, g.output[0]), left(width, kw, g.output[1])],
  });
}

/** Channels of each group swapped, `[K, C / groups, kh, kw] -> [C, K / groups, kh, kw]`, and turned by 180 degrees. */
function turned({ weight, groups }: Geometry): Value {
  const [k, c, kh, kw] = weight.dims.map((dim) => staticDim(dim, 'weight'));
  const area = kh * kw;
  const swapped = transpose(reshape(weight, [groups, k / groups, c, area]), [0, 2, 1, 3]);
  const reversed = int64List(
    weight,
    Array.from({ length: area }, (_, i) => area - 1 - i),
  );
  const whole = area > 1 ? gather(swapped, reversed, 3) : swapped;
  return reshape(whole, [c * groups, k / groups, kh, kw]);
}

/** The input under each kernel element: kh * kw values of `[N, C, H', W']`. */
function windows(g: Geometry): Value[] {
  const [height, width] = g.output;
  const p = [0, 0, g.padding, g.padding];
  const padded = g.padding > 0 ? pad(g.x, p, p) : g.x;
  const range = (
    axis: number,
    start: number,
    count: number,
  ): { axis: number; start: number; end: number; step: number } => ({
    axis,
    start,
    end: start + (count - 1) * g.stride + 1,
    step: g.stride,
  });
  const [kh, kw] = g.kernel;
  if (kh * kw === 1 && g.stride === 1) return [padded];
  return Array.from({ length: kh * kw }, (_, i) =>
    slice(padded, [range(2, Math.floor(i / kw), height), range(3, i % kw, width)]),
  );
}

/**
 * d/dW of a dense convolution: the gradient times the input under each kernel element.
 * One product an element beats unfolding (measured 1.1 to 1.7 times), but for few channels, as in a stem.
 */
function denseWeightGradient(d: Value, g: Geometry): Value {
  const [k, c, kh, kw] = g.weight.dims.map((dim) => staticDim(dim, 'weight'));
  const area = g.output[0] * g.output[1];
  const n = g.x.dims[0];
  const columns = windows(g).map((window) => reshape(window, [n, c, area])) as [Value, ...Value[]];
  const blocks = c < 8 ? [concat(columns, 1)] : columns; // [N, C, P] each, or one [N, kh*kw*C, P]
  const rows = reshape(d, [n, k, area]);
  const sums = blocks.map((block) =>
    reduceSum(matmul(rows, transposeLast(block)), { axes: [0] }),
  ) as [Value, ...Value[]];
  const joined = reshape(concat(sums, 1), [k, kh * kw, c]);
  return reshape(transpose(joined, [0, 2, 1]), [k, c, kh, kw]);
}

/**
 * d/dW of a depthwise convolution, itself one: each channel of each image is a group whose kernel is its gradient,
 * the stride becomes the dilation, and the images are summed.
 */
function depthwiseWeightGradient(d: Value, g: Geometry): Value {
  const [c, , kh, kw] = g.weight.dims.map((dim) => staticDim(dim, 'weight'));
  const [n, , height, width] = g.x.dims.map((dim) => staticDim(dim, 'depthwise input'));
  const reach = [height, width].map(
    (size, i) => size + 2 * g.padding - (g.output[i] - 1) * g.stride,
  );
  const planes = [reshape(g.x, [1, n * c, height, width]), reshape(d, [n * c, 1, ...g.output])];
  const whole = emit('Conv', planes as [Value, Value], [1, n * c, ...reach], {
    kernel_shape: g.output,
    pads: [g.padding, g.padding, g.padding, g.padding],
    dilations: [g.stride, g.stride],
    group: n * c,
  });
  // Pixels that a stride left over reach beyond the kernel.
  const cut = slice(whole, [
    { axis: 2, start: 0, end: kh },
    { axis: 3, start: 0, end: kw },
  ]);
  return reduceSum(reshape(cut, [n, c, 1, kh, kw]), { axes: [0] });
}

/** Other groupings: one dense convolution per group. */
function groupedWeightGradient(d: Value, g: Geometry): Value {
  const [k, c] = g.weight.dims.map((dim) => staticDim(dim, 'weight'));
  const rows = k / g.groups;
  const parts = Array.from({ length: g.groups }, (_, i) => {
    const cut = (v: Value, axis: number, size: number): Value =>
      slice(v, [{ axis, start: i * size, end: (i + 1) * size }]);
    return denseWeightGradient(cut(d, 1, rows), {
      ...g,
      x: cut(g.x, 1, c),
      weight: cut(g.weight, 0, rows),
      groups: 1,
    });
  });
  return concat(parts as [Value, ...Value[]], 0);
}

function weightGradient(d: Value, g: Geometry): Value {
  if (g.groups === 1) return denseWeightGradient(d, g);
  const depthwise = g.weight.dims[1] === 1 && g.weight.dims[0] === g.groups;
  return depthwise ? depthwiseWeightGradient(d, g) : groupedWeightGradient(d, g);
}

/** Spreads each mean back over its window by nearest up-sampling. */
const averagePoolRule: GradientRule = (node, d) => {
  const x = node.inputs[0] as Value;
  const [kernel] = intsAttribute(node, 'kernel_shape');
  const scales = d.graph.constant({
    type: 'float32',
    dims: [4],
    data: Float32Array.of(1, 1, kernel, kernel),
  });
  const [n, c, height, width] = d.dims;
  const spread = [n, c, staticDim(height, 'height') * kernel, staticDim(width, 'width') * kernel];
  const attributes = {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  };
  const repeated = emit('Resize', [mul(d, 1 / kernel ** 2), undefined, scales], spread, attributes);
  const after = x.dims.map((dim, i) =>
    i < 2 ? 0 : staticDim(dim, 'feature map') - Number(spread[i]),
  );
  return [after.some((size) => size > 0) ? pad(repeated, [0, 0, 0, 0], after) : repeated];
};

export const convolutionRules: Readonly<Record<string, GradientRule>> = {
  Conv: (node, d, needs) => {
    const g = geometry(node);
    return [
      needs(0) ? inputGradient(d, g) : undefined,
      needs(1) ? weightGradient(d, g) : undefined,
      needs(2) ? reduceSum(d, { axes: [0, 2, 3] }) : undefined,
    ];
  },
  GlobalAveragePool: (node, d) => {
    const x = node.inputs[0] as Value;
    const area = staticDim(x.dims[2], 'height') * staticDim(x.dims[3], 'width');
    return [emit('Expand', [mul(d, 1 / area), spatialShape(x)], x.dims)];
  },
  AveragePool: averagePoolRule,
  // Nearest up-sampling by a whole factor: the gradient is the sum over each block.
  Resize: (node, d) => {
    const x = node.inputs[0] as Value;
    const factor = staticDim(d.dims[2], 'height') / staticDim(x.dims[2], 'height');
    const attributes = { kernel_shape: [factor, factor], strides: [factor, factor] };
    return [mul(emit('AveragePool', [d], x.dims, attributes), factor ** 2)];
  },
};

/** Shape that stretches the spatial axes only. */
function spatialShape(x: Value): Value {
  const data = BigInt64Array.from([1, 1, x.dims[2], x.dims[3]], BigInt);
  return x.graph.constant({ type: 'int64', dims: [4], data });
}
