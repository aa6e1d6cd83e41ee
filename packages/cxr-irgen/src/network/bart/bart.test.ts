import { float32, int64, type Tensor } from '@cxrkit/core';
import { beamSearch, type DecoderSessions, greedy } from '@cxrkit/core/decoding';
import { type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { type Graph, likeliestTokensGraph, serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Golden,
  readGolden,
  runGraph,
  runTraining,
  shapesOf,
  weightsOf,
  worstDifference,
  worstNorm,
} from '../__fixtures__/golden.js';
import {
  type BartConfig,
  bartConfigSchema,
  bartDecoder,
  bartEncoder,
  bartGraphs,
  openBartStepper,
} from '../index.js';

interface BartGolden extends Golden<BartConfig> {
  readonly ids: number[][];
  readonly mask: number[][];
  readonly shifted: number[][];
  readonly shiftedMask: number[][];
}

// See tools/fixtures/README.md, cxr_irgen.py.
const golden = readGolden<BartGolden>('bart');
const config = bartConfigSchema.parse(golden.config);
const rowsOf = (rows: number[][]): Tensor => int64(rows.flat(), [rows.length, rows[0].length]);
const feeds = {
  ids: rowsOf(golden.ids),
  mask: rowsOf(golden.mask),
  shifted: rowsOf(golden.shifted),
  shiftedMask: rowsOf(golden.shiftedMask),
};

function build(graph: Graph, crossAttention: 'one-key' | 'full') {
  const [ids, mask, shifted, shiftedMask] = Object.entries(feeds).map(([key, { dims }]) =>
    graph.input(key, 'int64', dims),
  );
  const [mean, bos, eos] = (['mean', 'bos', 'eos'] as const).map((pooling) =>
    bartEncoder(ids, mask, { ...config, pooling }),
  );
  const logits = bartDecoder(shifted, mean, config, { mask: shiftedMask, crossAttention });
  return { mean, bos, eos, logits };
}

describe('the language module against PyTorch', () => {
  it('gives its vectors, logits and gradients with full cross-attention', async () => {
    const { outputs, norms, graph } = await runTraining((each) => build(each, 'full'), feeds);
    expect(shapesOf(graph)).toEqual(golden.parameters);
    for (const [name, expected] of Object.entries(golden.outputs))
      expect(worstDifference(outputs[name], expected), name).toBeLessThan(1e-5);
    expect(worstNorm(norms, golden.gradientNorms)).toBeLessThan(1e-4);
  });

  it('gives the same without queries and keys, as a softmax over one key is 1', async () => {
    const { outputs, norms } = await runTraining((each) => build(each, 'one-key'), feeds);
    for (const [name, expected] of Object.entries(golden.outputs))
      expect(worstDifference(outputs[name], expected), name).toBeLessThan(1e-5);
    const idle = /encoder_attn\.[qk]_proj/;
    const all = Object.entries(golden.gradientNorms);
    const largest = Math.max(...all.map(([, norm]) => norm));
    for (const [name, norm] of all.filter(([key]) => idle.test(key)))
      expect(norm / largest, name).toBeLessThan(1e-12);
    const others = Object.fromEntries(all.filter(([key]) => !idle.test(key)));
    expect(worstNorm(norms, others)).toBeLessThan(1e-4);
    expect(Object.keys(norms).sort()).toEqual(Object.keys(others).sort());
  });

  it.each(['mean', 'bos', 'eos'] as const)(
    'encodes by the inference graph: %s',
    async (pooling) => {
      const graph = bartGraphs({ ...config, pooling }).bart_encoder;
      const { vector } = await runGraph(graph, {
        input_ids: feeds.ids,
        attention_mask: feeds.mask,
      });
      expect(worstDifference(vector, golden.outputs[pooling])).toBeLessThan(1e-5);
    },
  );
});

describe('the graph of one step, with a cache', () => {
  let runtime: OnnxRuntime;
  let sessions: DecoderSessions;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const graphs = bartGraphs(config);
    const load = (graph: Graph) =>
      runtime.load(serializeGraph(graph, { weights: weightsOf(graph) }).bytes);
    sessions = {
      runtime,
      start: await load(graphs.bart_memory),
      step: await load(graphs.bart_step),
      likeliest: await load(likeliestTokensGraph()),
    };
  });
  afterAll(() => runtime.dispose());

  const { mean, logits } = golden.outputs;
  const vectors = float32(mean.data, mean.dims);
  const open = () => openBartStepper(sessions, config, vectors);
  const [, length, width] = logits.dims;

  /** Compares rows of logits with what PyTorch gave to whole texts: `[row of the text, place]` each. */
  function expectLogits(actual: Float32Array, places: readonly [row: number, t: number][]): void {
    const data = places.flatMap(([row, t]) => {
      const start = (row * length + t) * width;
      return logits.data.slice(start, start + width);
    });
    const dims = [places.length, width];
    expect(worstDifference(float32(actual, dims), { dims, data })).toBeLessThan(1e-5);
  }

  it('gives what the whole text gives at once', async () => {
    await using stepper = await open();
    for (let t = 0; t < length; t++) {
      const tokens = golden.shifted.map((text) => text[t]);
      const actual = await stepper.step(tokens, [0, 1, 2]);
      // The whole text hides its padding; a step does not: compare the places of tokens.
      for (const [row, seen] of golden.shiftedMask.entries())
        if (seen[t] === 1) expectLogits(actual.slice(row * width, (row + 1) * width), [[row, t]]);
    }
  });

  it('continues rows that are dropped, repeated and reordered', async () => {
    await using stepper = await open();
    const pick = [2, 0, 2, 2];
    const tokensAt = (t: number) => pick.map((row) => golden.shifted[row][t]);
    await stepper.step([2, 2, 2], [0, 1, 2]);
    await stepper.step(tokensAt(1), pick);
    const actual = await stepper.step(tokensAt(2), [0, 1, 2, 3]);
    expectLogits(
      actual,
      pick.map((row) => [row, 2]),
    );
  });

  it("serves core's decoding loops: the same text alone, in a batch and from one beam", async () => {
    const options = { bosTokenId: config.eosTokenId, eosTokenId: config.eosTokenId, maxLength: 9 };
    await using first = await open();
    await using second = await open();
    const line = await greedy(first, 3, options);
    const beam = await beamSearch(second, 3, { ...options, beams: 1 });
    expect(line.map(({ tokens }) => tokens)).toEqual(beam.map(({ tokens }) => tokens));
    expect(Math.max(...line.map(({ tokens }) => tokens.length))).toBeGreaterThan(2);
    for (const [row, { tokens }] of line.entries()) {
      const vector = float32(mean.data.slice(row * 8, row * 8 + 8), [1, 8]);
      await using own = await openBartStepper(sessions, config, vector);
      expect((await greedy(own, 1, options))[0].tokens).toEqual(tokens);
    }
  });

  it('frees nothing of another generation', async () => {
    await using stepper = await open();
    await (await open()).dispose();
    const actual = await stepper.step([2, 2, 2], [0, 1, 2]);
    expectLogits(actual, [
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
  });
});
