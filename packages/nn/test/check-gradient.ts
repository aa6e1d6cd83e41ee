import { expectAllclose } from '@cxrkit/core/testing';
import { type Graph, mul, reduceSum, type Value } from '@cxrkit/nn';
import { expect } from 'vitest';
import { float64Program } from '../src/testing/evaluate-float64.js';
import { type NdArray, ndArray } from '../src/testing/nd-array.js';
import { gradients } from '../src/train/autodiff.js';
import { CaseBuilder } from './case-builder.js';
import type { GradientCase } from './gradient-cases.js';
import { runGraph } from './run-graph.js';

const STEP = 1e-5;
/** Elements of each variable whose derivative is measured alone; all together are measured along one random direction. */
const ELEMENTS = 12;

/** A case with its loss, sum(output * random weights), and the gradient graph appended. */
interface Prepared {
  readonly builder: CaseBuilder;
  readonly graph: Graph;
  readonly output: Value;
  readonly loss: Value;
  readonly slopes: readonly Value[];
}

/** Builds a case and differentiates it by all its variables. */
function prepareCase({ build, mode = 'training' }: GradientCase, seed: number): Prepared {
  const builder = new CaseBuilder(mode, seed);
  const { graph } = builder;
  const output = build(builder);
  builder.fillParameters();
  const weights = graph.input('weights', 'float32', output.dims);
  builder.feeds.set('weights', builder.draw(output.dims));
  const loss = reduceSum(mul(output, weights));
  const slopes = gradients(loss, builder.variables).map((slope, i) => {
    if (!slope) throw new Error(`no gradient for variable ${i}`);
    expect(slope.dims).toEqual(builder.variables[i].dims);
    return slope;
  });
  return { builder, graph, output, loss, slopes };
}

/** Checks one case on one seed: float64 gradient against finite differences, onnxruntime against float64. */
export async function checkCase(gradientCase: GradientCase, seed: number): Promise<void> {
  const prepared = prepareCase(gradientCase, seed);
  const { builder, graph, output, slopes } = prepared;
  const [forward, ...exact] = float64Program(graph, [output, ...slopes])(builder.feeds);
  checkDifferences(prepared, exact, gradientCase);
  graph.output('output', output);
  slopes.forEach((slope, i) => {
    graph.output(`slope${i}`, slope);
  });
  const results = await runGraph(graph, builder.feeds);
  expectSame(results.get('output') as NdArray, forward, 1e-4);
  const floor = 0.1 * Math.max(...exact.map(largest));
  exact.forEach((slope, i) => {
    expectSame(results.get(`slope${i}`) as NdArray, slope, 1e-4, floor);
  });
}

function checkDifferences(
  { builder, graph, loss }: Prepared,
  exact: readonly NdArray[],
  { directional = true }: GradientCase,
): void {
  const run = float64Program(graph, [loss]);
  const lossAt = (name: string, data: Float64Array): number => {
    const { dims } = builder.feeds.get(name) as NdArray;
    return run(new Map([...builder.feeds, [name, ndArray(dims, data)]]))[0].data[0];
  };
  exact.forEach((slope, i) => {
    const { name } = builder.variables[i];
    const { data } = builder.feeds.get(name) as NdArray;
    const derivative = (direction: Float64Array): number => {
      const at = (step: number): number =>
        lossAt(
          name,
          data.map((value, k) => value + step * direction[k]),
        );
      return (at(STEP) - at(-STEP)) / (2 * STEP);
    };
    const directions = pickElements(data.length, builder).map((k) => unit(data.length, k));
    if (directional) directions.push(Float64Array.from(data, () => builder.random.normal()));
    const along = directions.map((direction) =>
      direction.reduce((sum, part, k) => sum + part * slope.data[k], 0),
    );
    const scale = Math.max(1, ...slope.data.map(Math.abs));
    expectAllclose(along, directions.map(derivative), { rtol: 1e-6, atol: 1e-7 * scale });
  });
}

function pickElements(length: number, { random }: CaseBuilder): number[] {
  return random.shuffle([...Array(length).keys()]).slice(0, ELEMENTS);
}

function unit(length: number, k: number): Float64Array {
  const direction = new Float64Array(length);
  direction[k] = 1;
  return direction;
}

/**
 * Same shape, and no element off by more than `tolerance` times the largest.
 *
 * @param floor - Least size to measure by: sums that cancel to nothing keep the rounding of their parts.
 */
export function expectSame(actual: NdArray, expected: NdArray, tolerance: number, floor = 0): void {
  expect(actual.dims).toEqual(expected.dims);
  const atol = tolerance * Math.max(largest(expected), floor);
  expectAllclose(actual.data, expected.data, { rtol: 0, atol });
}

/** Largest absolute value. */
export function largest({ data }: NdArray): number {
  return data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}
