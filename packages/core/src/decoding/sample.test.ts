import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import { type TableModel, tableStepper } from '../testing/index.js';
import {
  type GenerationEvent,
  greedy,
  type SamplingOptions,
  sample,
  streamSample,
} from './index.js';

/** Whatever came before, the next token has these probabilities. */
const PROBABILITIES = [0.4, 0.3, 0.15, 0.1, 0.05];
const row = PROBABILITIES.map(Math.log);
const model: TableModel = { vocabularySize: 5, logits: [[PROBABILITIES.map(() => row)]] };
const DRAWS = 4000;

async function frequencies(options: Partial<SamplingOptions>): Promise<number[]> {
  const [{ tokens }] = await sample(tableStepper(model), 1, {
    bosTokenId: 0,
    eosTokenId: null,
    maxLength: DRAWS + 1,
    seed: 7,
    ...options,
  });
  expect(tokens).toHaveLength(DRAWS);
  return PROBABILITIES.map((_, token) => tokens.filter((one) => one === token).length / DRAWS);
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  // 4 standard deviations of a frequency of 4000 draws are at most 0.032
  for (const [index, value] of expected.entries())
    expect(Math.abs(actual[index] - value)).toBeLessThan(0.032);
}

describe('sample', () => {
  it('draws with the probabilities of the model', async () => {
    expectNear(await frequencies({}), PROBABILITIES);
  });

  it('flattens and sharpens with the temperature', async () => {
    const squared = PROBABILITIES.map((p) => p ** 2);
    const total = squared.reduce((a, b) => a + b);
    const sharp = squared.map((p) => p / total);
    expectNear(await frequencies({ temperature: 0.5 }), sharp);
  });

  it('keeps the topK likeliest', async () => {
    expectNear(await frequencies({ topK: 2 }), [4 / 7, 3 / 7, 0, 0, 0]);
    expect((await frequencies({ topK: 2 })).slice(2)).toEqual([0, 0, 0]);
  });

  it('keeps the smallest nucleus that reaches topP, after topK', async () => {
    const nucleus = await frequencies({ topP: 0.8 });
    expectNear(nucleus, [0.4 / 0.85, 0.3 / 0.85, 0.15 / 0.85, 0, 0]);
    expect(nucleus.slice(3)).toEqual([0, 0]);
    const both = await frequencies({ topK: 3, topP: 0.8 }); // 0.4 + 0.3 of 0.85 reach 0.82
    expect(both.slice(2)).toEqual([0, 0, 0]);
  });

  it('is greedy with topK 1', async () => {
    const options = { bosTokenId: 0, eosTokenId: 3, maxLength: 6 };
    expect(await sample(tableStepper(model), 1, { ...options, topK: 1, seed: 3 })).toEqual(
      await greedy(tableStepper(model), 1, options),
    );
  });

  it('gives a sequence the same tokens alone and in any batch with its seed', async () => {
    const batch: TableModel = { vocabularySize: 5, logits: Array(4).fill(model.logits[0]) };
    const options = { bosTokenId: 0, eosTokenId: 4, maxLength: 30, topP: 0.99 };
    const seeds = [5, 6, 7, 8];
    const together = await sample(tableStepper(batch), 4, { ...options, seed: seeds });
    const alone = [];
    for (const seed of seeds)
      alone.push(...(await sample(tableStepper(model), 1, { ...options, seed: [seed] })));
    expect(together).toEqual(alone);
    expect(new Set(together.map(({ tokens }) => tokens.join())).size).toBe(4);
    const backwards = await sample(tableStepper(batch), 4, { ...options, seed: [8, 7, 6, 5] });
    expect(backwards.toReversed()).toEqual(together);
  });

  it('spreads one seed over the sequences and repeats itself', async () => {
    const batch: TableModel = { vocabularySize: 5, logits: Array(3).fill(model.logits[0]) };
    const options = { bosTokenId: 0, eosTokenId: null, maxLength: 20, seed: 1 };
    const first = await sample(tableStepper(batch), 3, options);
    expect(await sample(tableStepper(batch), 3, options)).toEqual(first);
    expect(new Set(first.map(({ tokens }) => tokens.join())).size).toBe(3);
  });

  it('scores with the probabilities of the model, before temperature and cuts', async () => {
    const [{ tokens, logProbability }] = await sample(tableStepper(model), 1, {
      bosTokenId: 0,
      eosTokenId: null,
      maxLength: 12,
      temperature: 2,
      topK: 3,
      seed: 2,
    });
    const sum = tokens.reduce((total, token) => total + row[token], 0);
    expect(logProbability).toBeCloseTo(sum, 5);
  });

  it('never draws a forbidden token', async () => {
    const forbidden = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY];
    const rows = [forbidden, forbidden, forbidden];
    const stepper = tableStepper({ vocabularySize: 3, logits: [[rows]] });
    const options = { bosTokenId: 0, eosTokenId: null, maxLength: 50, seed: 1 };
    const [{ tokens }] = await sample(stepper, 1, options);
    expect(new Set(tokens)).toEqual(new Set([1]));
  });

  it('refuses logits of another vocabulary', async () => {
    const stepper = {
      ...tableStepper({ vocabularySize: 3, logits: [] }),
      step: async () => Float32Array.of(0, 1, 2, 3),
    };
    const running = sample(stepper, 1, { bosTokenId: 0, eosTokenId: 0, maxLength: 4, seed: 1 });
    await expect(running).rejects.toThrow('Expected 3 logits (1 rows x 3 tokens), got 4');
  });

  it('streams what it returns', async () => {
    const options = { bosTokenId: 0, eosTokenId: 4, maxLength: 9, seed: [1] };
    const events: GenerationEvent[] = [];
    for await (const event of streamSample(tableStepper(model), 1, options)) events.push(event);
    const [expected] = await sample(tableStepper(model), 1, options);
    expect(events.at(-1)).toEqual({ type: 'sequence-end', sequence: 0, result: expected });
    expect(events.flatMap((event) => (event.type === 'token' ? event.token : []))).toEqual(
      expected.tokens,
    );
  });

  it.each([
    { temperature: 0 },
    { temperature: Number.NaN },
    { topK: 0 },
    { topP: 0 },
    { topP: 1.5 },
    { seed: [1, 2] },
  ])('refuses %o', async (wrong) => {
    const options = { bosTokenId: 0, eosTokenId: null, maxLength: 5, seed: 1, ...wrong };
    await expect(sample(tableStepper(model), 1, options)).rejects.toThrow(InvalidInputError);
  });
});
