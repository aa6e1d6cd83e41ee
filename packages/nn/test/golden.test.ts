import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Graph, mul, reduceSum, type Value } from '@cxrkit/nn';
import { describe, expect, it } from 'vitest';
import { float64Program } from '../src/testing/evaluate-float64.js';
import { type NdArray, ndArray } from '../src/testing/nd-array.js';
import { gradients } from '../src/train/autodiff.js';
import { expectSame, largest } from './check-gradient.js';
import { type GoldenFunction, goldenFunctions } from './golden-functions.js';
import { runGraph } from './run-graph.js';

interface StoredTensor {
  readonly type: 'float32' | 'int64';
  readonly dims: number[];
  readonly data: number[];
}
type Stored = Readonly<Record<string, StoredTensor>>;

/** What tools/fixtures/gradients.py stores of a case. */
interface Golden {
  readonly inputs: Stored;
  readonly weights: Stored;
  readonly output: StoredTensor;
  readonly gradients: Stored;
  readonly updates: Stored;
}

function loadGoldens(family: string): Record<string, Golden> {
  const url = new URL(`./__fixtures__/gradients-${family}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8'));
}

const toArray = ({ dims, data }: StoredTensor): NdArray => ndArray(dims, Float64Array.from(data));

/** Builds the case in our words and asks for everything PyTorch gave. */
function buildGolden(build: GoldenFunction, golden: Golden): { graph: Graph; wanted: Value[] } {
  const graph = new Graph('training');
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, { type, dims }]) => [
      name,
      graph.input(name, type, dims),
    ]),
  );
  const output = build(inputs);
  const names = Object.keys(golden.gradients);
  const targets = names.map((name) => inputs[name] ?? graph.parameters.get(name)?.value);
  const slopes = gradients(reduceSum(mul(output, inputs.r)), targets);
  const updates = Object.keys(golden.updates).map((name) => graph.updates.get(name));
  return { graph, wanted: [output, ...slopes, ...updates].map((value) => value as Value) };
}

describe.each(Object.keys(goldenFunctions))('%s equals PyTorch', (family) => {
  const goldens = loadGoldens(family);
  const functions = goldenFunctions[family];

  it('has a function for each case', () => {
    expect(Object.keys(functions)).toEqual(Object.keys(goldens));
  });

  it.each(Object.keys(functions))('%s', async (name) => {
    const golden = goldens[name];
    const { graph, wanted } = buildGolden(functions[name], golden);
    // Every trainable weight has a golden gradient and every stored weight a place.
    const trainable = [...graph.parameters].filter(([, parameter]) => parameter.trainable);
    const frozen = name === 'frozen batch norm';
    if (!frozen)
      expect(Object.keys(golden.gradients)).toEqual(
        expect.arrayContaining(trainable.map(([key]) => key)),
      );
    expect([...graph.parameters.keys()].sort()).toEqual(Object.keys(golden.weights).sort());
    const expected = [
      golden.output,
      ...Object.values(golden.gradients),
      ...Object.values(golden.updates),
    ].map(toArray);
    const feeds = new Map(
      Object.entries({ ...golden.inputs, ...golden.weights }).map(
        ([key, tensor]) => [key, toArray(tensor)] as const,
      ),
    );
    const floor = 0.1 * Math.max(...expected.slice(1).map(largest), 0);
    const exact = float64Program(graph, wanted)(feeds);
    wanted.forEach((value, i) => {
      expectSame(exact[i], expected[i], 1e-6, floor);
      graph.output(`wanted${i}`, value);
    });
    const results = await runGraph(graph, feeds);
    wanted.forEach((_, i) => {
      expectSame(results.get(`wanted${i}`) as NdArray, expected[i], 1e-5, floor);
    });
  });
});
