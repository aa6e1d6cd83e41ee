import { createRandom, float32, int64, type Tensor } from '@cxrkit/core';
import { beamSearch, type DecoderSessions, likeliestTokens } from '@cxrkit/core/decoding';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { expectAllclose } from '@cxrkit/core/testing';
import { Graph, likeliestTokensGraph, serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReportGeneratorConfig, RGRG } from '../network/config.js';
import { imageKeyValueGraph, stepGraph } from '../network/graphs.js';
import { sequenceLogits } from '../network/sequence-logits.js';
import { openRegionStepper } from './region-stepper.js';

const config: ReportGeneratorConfig = {
  ...RGRG,
  regionFeatures: 6,
  width: 16,
  layers: 3,
  heads: 4,
  mlp: 32,
  vocabulary: 23,
  bosTokenId: 1,
  eosTokenId: 2,
  maxLength: 10,
};
const LENGTH = 5;
const V = config.vocabulary;
const random = createRandom(7);
const features = Array.from({ length: 3 }, () =>
  Float32Array.from({ length: config.regionFeatures }, () => random.normal()),
);

function sequenceGraph(): Graph {
  const graph = new Graph('inference');
  const x = graph.input('features', 'float32', ['n', config.regionFeatures]);
  const ids = graph.input('ids', 'int64', ['n', LENGTH]);
  graph.output('logits', sequenceLogits(x, ids, config));
  return graph;
}

/** Weights large enough that every token matters. */
function randomWeights(graph: Graph): Map<string, Tensor> {
  return new Map(
    [...graph.parameters].map(([name, { dims }]) => {
      const size = dims.reduce((a, b) => a * b, 1);
      const shift = name.includes('.ln_') && name.endsWith('weight') ? 1 : 0;
      return [
        name,
        float32(
          Float32Array.from({ length: size }, () => 0.4 * random.normal() + shift),
          dims,
        ),
      ];
    }),
  );
}

describe('openRegionStepper', () => {
  let runtime: OnnxRuntime;
  let whole: OnnxSession;
  let sessions: DecoderSessions;

  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const graph = sequenceGraph();
    const weights = randomWeights(graph);
    const load = (one: Graph) => runtime.load(serializeGraph(one, { weights }).bytes);
    whole = await load(graph);
    sessions = {
      runtime,
      start: await load(imageKeyValueGraph(config)),
      step: await load(stepGraph(config)),
      likeliest: await load(likeliestTokensGraph()),
    };
  });
  afterAll(() => runtime.dispose());

  /** Logits after each token of a text about region `region`, all at once. */
  async function reference(region: number, tokens: readonly number[]): Promise<Float32Array> {
    const padded = [...tokens, ...Array(LENGTH - tokens.length).fill(0)];
    const { logits } = await whole.run({
      features: float32(features[region], [1, config.regionFeatures]),
      ids: int64(padded, [1, LENGTH]),
    });
    return logits.data.slice((tokens.length - 1) * V, tokens.length * V) as Float32Array;
  }

  it('gives the logits of the whole-sequence graph, token by token', async () => {
    await using stepper = await openRegionStepper(sessions, config, features);
    const texts = features.map(() => Array.from({ length: LENGTH }, () => random.integer(V)));
    for (let t = 0; t < LENGTH; t++) {
      const logits = await stepper.step(
        texts.map((text) => text[t]),
        [0, 1, 2],
      );
      for (const [row, text] of texts.entries())
        expectAllclose(
          logits.subarray(row * V, (row + 1) * V),
          await reference(row, text.slice(0, t + 1)),
          { atol: 1e-4 },
        );
    }
  });

  it('gives the likeliest tokens of those logits', async () => {
    await using whole = await openRegionStepper(sessions, config, features);
    await using best = await openRegionStepper(sessions, config, features);
    let [tokens, rows] = [
      [1, 1, 1],
      [0, 1, 2],
    ];
    for (let t = 0; t < LENGTH; t++) {
      const expected = likeliestTokens(await whole.step(tokens, rows), V, 4);
      const actual = await best.stepLikeliest(tokens, rows, 4);
      expect(actual.tokens).toEqual(expected.tokens);
      expectAllclose(
        actual.logProbabilities as Float32Array,
        expected.logProbabilities as number[],
        {
          atol: 1e-5,
        },
      );
      tokens = [0, 1, 2].map((row) => expected.tokens[row * 4 + 1]);
      rows = [2, 0, 0];
    }
  });

  it('continues the rows it is told: repeated, dropped and reordered', async () => {
    await using stepper = await openRegionStepper(sessions, config, features);
    await stepper.step([1, 1, 1], [0, 1, 2]);
    await stepper.step([4, 5, 6, 7], [2, 0, 0, 2]); // region 1 is done
    const logits = await stepper.step([8, 9, 10], [3, 1, 1]);
    const expected = [
      await reference(2, [1, 7, 8]),
      await reference(0, [1, 5, 9]),
      await reference(0, [1, 5, 10]),
    ];
    for (const [row, values] of expected.entries())
      expectAllclose(logits.subarray(row * V, (row + 1) * V), values, { atol: 1e-4 });
  });

  it('serves a beam search whose scores are those of the whole-sequence graph', async () => {
    await using stepper = await openRegionStepper(sessions, config, features);
    const options = { bosTokenId: 1, eosTokenId: 2, maxLength: LENGTH, beams: 3 };
    const results = await beamSearch(stepper, features.length, options);
    for (const [region, { tokens, logProbability, finished }] of results.entries()) {
      let sum = 0;
      const targets = finished ? [...tokens, 2] : tokens;
      for (const [t, target] of targets.entries()) {
        const logits = await reference(region, [1, ...tokens.slice(0, t)]);
        sum += logits[target] - Math.log(logits.reduce((total, x) => total + Math.exp(x), 0));
      }
      expect(logProbability).toBeCloseTo(sum, 3);
    }
  });

  it('lets two generations run side by side and leaves no slot behind', async () => {
    const first = await openRegionStepper(sessions, config, [features[0]]);
    const second = await openRegionStepper(sessions, config, [features[1]]);
    const logits = [await first.step([1], [0]), await second.step([1], [0])];
    expectAllclose(logits[0], await reference(0, [1]), { atol: 1e-4 });
    expectAllclose(logits[1], await reference(1, [1]), { atol: 1e-4 });
    await first.dispose();
    await expect(first.step([3], [0])).rejects.toThrow('slot');
    expectAllclose(await second.step([4], [0]), await reference(1, [1, 4]), { atol: 1e-4 });
    await second.dispose();
  });

  it('refuses features of another detector', async () => {
    await expect(openRegionStepper(sessions, config, [new Float32Array(7)])).rejects.toThrow(
      'Expected 6 numbers for region features, got 7.',
    );
  });
});
