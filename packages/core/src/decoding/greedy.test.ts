import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../progress.js';
import { type TableModel, tableStepper } from '../testing/index.js';
import { greedy, streamGreedy, type TokenEvent } from './index.js';

/** A prompt that counts from BOS = 1 up to `last`, then says EOS = 0. */
function countTo(last: number): number[][][] {
  const row = (token: number): number[] =>
    Array.from({ length: 6 }, (_, next) => (next === (token === last ? 0 : token + 1) ? 9 : 0));
  return [Array.from({ length: 6 }, (_, token) => row(token))];
}

const model: TableModel = { vocabularySize: 6, logits: [countTo(3), countTo(2), countTo(5)] };
const options = { bosTokenId: 1, eosTokenId: 0, maxLength: 10 };

describe('greedy', () => {
  it('follows the likeliest token and drops finished rows from the batch', async () => {
    const stepper = tableStepper(model);
    const sequences = await greedy(stepper, 3, options);
    expect(sequences.map(({ tokens }) => tokens)).toEqual([[2, 3], [2], [2, 3, 4, 5]]);
    expect(sequences.every(({ finished }) => finished)).toBe(true);
    expect(stepper.steps).toEqual([
      { tokens: [1, 1, 1], rows: [0, 1, 2] },
      { tokens: [2, 2, 2], rows: [0, 1, 2] },
      { tokens: [3, 3], rows: [0, 2] },
      { tokens: [4], rows: [1] },
      { tokens: [5], rows: [0] },
    ]);
  });

  it('scores the sum of log-probabilities, EOS included', async () => {
    const [, two] = await greedy(tableStepper(model), 3, options);
    const likely = 9 - Math.log(Math.exp(9) + 5);
    expect(two.logProbability).toBeCloseTo(2 * likely, 10);
    expect(two.score).toBe(two.logProbability);
  });

  it('stops at maxLength, which counts BOS', async () => {
    const [, , five] = await greedy(tableStepper(model), 3, { ...options, maxLength: 4 });
    expect(five).toMatchObject({ tokens: [2, 3, 4], finished: false });
  });

  it('takes the lower of two equal tokens', async () => {
    const even: TableModel = {
      vocabularySize: 3,
      logits: [
        [
          [
            [0, 2, 2],
            [2, 2, 0],
            [0, 2, 2],
          ],
        ],
      ],
    };
    const [first] = await greedy(tableStepper(even), 1, { ...options, bosTokenId: 0 });
    expect(first.tokens).toEqual([1]);
  });

  it('tells each token and the progress', async () => {
    const tokens: TokenEvent[] = [];
    const progress: ProgressEvent[] = [];
    await greedy(tableStepper(model), 3, {
      ...options,
      onToken: (event) => tokens.push(event),
      onProgress: (event) => progress.push(event),
    });
    expect(tokens.filter(({ sequence }) => sequence === 0).map((event) => event.tokens)).toEqual([
      [2],
      [2, 3],
    ]);
    expect(progress.map(({ completed }) => completed)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('streams in lock step: no token is computed before it is asked for', async () => {
    const stepper = tableStepper(model, [2]);
    const stream = streamGreedy(stepper, 1, options);
    expect((await stream.next()).value).toMatchObject({ type: 'token', token: 2 });
    expect(stepper.steps).toHaveLength(1);
    await stream.return([]);
    expect(stepper.steps).toHaveLength(1);
  });

  it('does nothing when aborted before the start', async () => {
    const stepper = tableStepper(model);
    const running = greedy(stepper, 3, { ...options, signal: AbortSignal.abort() });
    await expect(running).rejects.toThrow('aborted');
    expect(stepper.steps).toEqual([]);
  });
});
