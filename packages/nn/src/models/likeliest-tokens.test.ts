import { createRandom, float32, int64 } from '@cxrkit/core';
import { likeliestTokens } from '@cxrkit/core/decoding';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { expectAllclose } from '@cxrkit/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serializeGraph } from '../graph/serialize.js';
import { likeliestTokensGraph } from './likeliest-tokens.js';

describe('likeliestTokensGraph', () => {
  let runtime: OnnxRuntime;
  let session: OnnxSession;
  beforeAll(async () => {
    runtime = await openRuntime({ device: 'cpu', threads: 1 });
    session = await runtime.load(serializeGraph(likeliestTokensGraph()).bytes);
  });
  afterAll(() => runtime.dispose());

  const random = createRandom(5);
  const V = 300;
  const normal = Float32Array.from({ length: 3 * V }, () => 4 * random.normal());
  // Many ties, at the border of what is kept, too.
  const whole = Float32Array.from({ length: 3 * V }, () => random.integer(4));
  const far = normal.map((logit) => logit - 1e4);
  const forbidden = normal.map((logit, i) => (i % 100 === 0 ? logit : Number.NEGATIVE_INFINITY));

  it.each([
    ['usual logits', normal, 8],
    ['equal logits', whole, 8],
    ['large logits', far, 8],
    ['one token', normal, 1],
    ['all tokens', normal, V],
    ['forbidden tokens', forbidden, 8],
  ])('gives what the reference gives: %s', async (_, logits, count) => {
    const feeds = { logits: float32(logits, [3, V]), count: int64([count]) };
    const { tokens, log_probabilities } = await session.run(feeds);
    const expected = likeliestTokens(logits, V, count);
    expect(Array.from(tokens.data as BigInt64Array, Number)).toEqual(expected.tokens);
    // Logits near 1e4 are a thousandth apart.
    const atol = logits === far ? 2e-3 : 1e-5;
    const reference = expected.logProbabilities as number[];
    expectAllclose(log_probabilities.data as Float32Array, reference, { rtol: 0, atol });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('shows a logit of %s', async (logit) => {
    const feeds = { logits: float32([0, logit, 1], [1, 3]), count: int64([1]) };
    const { log_probabilities } = await session.run(feeds);
    expect(log_probabilities.data[0]).toBeNaN();
  });
});
