import { describe, expect, it } from 'vitest';
import { runGraph } from '../../test/run-graph.js';
import { Graph } from '../graph/graph.js';
import { mul } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduce.js';
import { type NdArray, ndArray } from '../testing/nd-array.js';
import { gradients } from '../train/autodiff.js';
import { groupNorm } from './group-norm.js';

const DIMS = [2, 4, 3, 5];
const GROUPS = 2;
const EPSILON = 1e-5;
const weights = new Map([
  ['gn.weight', ndArray([4], Float64Array.of(1, -2, 0.5, 3))],
  ['gn.bias', ndArray([4], Float64Array.of(0, 1, -1, 0.25))],
]);

/** Numbers around `mean`, of deviation about 1 and never the same in two groups. */
const picture = (mean: number, deviation = 1): NdArray =>
  ndArray(
    DIMS,
    Float64Array.from({ length: 120 }, (_, i) => mean + deviation * Math.SQRT2 * Math.sin(i * i)),
  );

/** Wu & He 2018, equations 1 and 2, in float64. */
function expected({ data }: NdArray): Float64Array {
  const [images, channels, height, width] = DIMS;
  const [area, size] = [height * width, (channels / GROUPS) * height * width];
  const result = new Float64Array(data.length);
  for (let group = 0; group < images * GROUPS; group++) {
    const part = data.slice(group * size, (group + 1) * size);
    const mean = part.reduce((sum, value) => sum + value, 0) / size;
    const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    for (let i = group * size; i < (group + 1) * size; i++) {
      const channel = Math.floor(i / area) % channels;
      const [weight, bias] = [...weights.values()].map((value) => value.data[channel]);
      result[i] = (weight * (data[i] - mean)) / Math.sqrt(variance + EPSILON) + bias;
    }
  }
  return result;
}

async function run(mode: 'training' | 'inference', x: NdArray): Promise<Float64Array> {
  const graph = new Graph(mode);
  graph.output('y', groupNorm(graph.input('x', 'float32', DIMS), 'gn', GROUPS, EPSILON));
  const { data } = (await runGraph(graph, new Map([['x', x], ...weights]))).get('y') ?? x;
  return Float64Array.from(data);
}

function furthest(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe.each(['training', 'inference'] as const)('groupNorm in %s', (mode) => {
  it.each([
    ['around zero', 0, 1e-5],
    ['around 5, as before an activation', 5, 5e-5],
    ['around 100, where E[x^2] - E[x]^2 loses digits', 100, 2e-2],
  ])('has the values of the paper %s', async (_name, mean, tolerance) => {
    const x = picture(mean);
    expect(furthest(await run(mode, x), expected(x))).toBeLessThan(tolerance);
  });

  it('gives the bias where a group is constant', async () => {
    const values = await run(mode, picture(3, 0));
    const [bias] = [weights.get('gn.bias')?.data ?? []];
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(bias[Math.floor(i / 15) % 4], 3);
    });
  });
});

describe('the gradient of groupNorm', () => {
  it('is finite where a group is constant', async () => {
    const graph = new Graph('training');
    const x = graph.input('x', 'float32', DIMS);
    const y = groupNorm(x, 'gn', GROUPS, EPSILON);
    const loss = reduceSum(mul(y, y));
    const [gradient] = gradients(loss, [x]);
    if (gradient === undefined) throw new Error('no gradient');
    graph.output('gradient', gradient);
    const results = await runGraph(graph, new Map([['x', picture(3, 0)], ...weights]));
    const data = results.get('gradient')?.data ?? [];
    expect(data).toHaveLength(120);
    for (const value of data) expect(Number.isFinite(value)).toBe(true);
  });
});
