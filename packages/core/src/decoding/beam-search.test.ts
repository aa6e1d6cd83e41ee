import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InvalidInputError, ModelOutputError } from '../errors.js';
import { createRandom } from '../random.js';
import { expectAllclose, type TableModel, tableStepper } from '../testing/index.js';
import {
  beamSearch,
  type GeneratedSequence,
  type GenerationEvent,
  greedy,
  streamBeamSearch,
} from './index.js';

interface GoldenCase extends TableModel {
  readonly name: string;
  readonly bosTokenId: number;
  readonly eosTokenId: number | null;
  readonly beams: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: boolean;
  readonly maxLength: number;
  readonly beamSearch: readonly GeneratedSequence[];
  readonly greedy: readonly GeneratedSequence[];
}

const cases: readonly GoldenCase[] = JSON.parse(
  readFileSync(new URL('./__fixtures__/beam-search.json', import.meta.url), 'utf8'),
);
const manyPrompts = cases[1];

function expectSequences(
  actual: readonly GeneratedSequence[],
  expected: readonly GeneratedSequence[],
): void {
  expect(actual.map(({ tokens }) => tokens)).toEqual(expected.map(({ tokens }) => tokens));
  expect(actual.map(({ finished }) => finished)).toEqual(expected.map(({ finished }) => finished));
  for (const key of ['score', 'logProbability'] as const)
    expectAllclose(
      actual.map((sequence) => sequence[key]),
      expected.map((sequence) => sequence[key]),
      { rtol: 0, atol: 1e-5 },
    );
}

/** Small enough that scores of different paths differ, but with whole logits, so that many tie. */
function randomModel(seed: number, prompts: number, whole = false): TableModel {
  const random = createRandom(seed);
  const vocabularySize = 4 + random.integer(6);
  const logit = (): number => (whole ? random.integer(3) : 2 * random.normal());
  const row = (): number[] => Array.from({ length: vocabularySize }, logit);
  const state = (): number[][] => Array.from({ length: vocabularySize }, row);
  const prompt = (): number[][][] => Array.from({ length: 3 }, state);
  return { vocabularySize, logits: Array.from({ length: prompts }, prompt) };
}

describe('golden sequences of the reference algorithm', () => {
  it.each(cases)('beam search: $name', async (golden) => {
    const stepper = tableStepper(golden);
    const actual = await beamSearch(stepper, golden.logits.length, golden);
    expectSequences(actual, golden.beamSearch);
  });

  it.each(cases)('greedy: $name', async (golden) => {
    expectSequences(
      await greedy(tableStepper(golden), golden.logits.length, golden),
      golden.greedy,
    );
  });
});

describe('beamSearch', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('with one beam is greedy (seed %i)', async (seed) => {
    const model = randomModel(seed, 3, seed > 4);
    const options = { bosTokenId: 0, eosTokenId: 1, maxLength: 12 };
    const beam = await beamSearch(tableStepper(model), 3, { ...options, beams: 1 });
    const line = await greedy(tableStepper(model), 3, options);
    expect(beam.map(({ tokens, finished }) => ({ tokens, finished }))).toEqual(
      line.map(({ tokens, finished }) => ({ tokens, finished })),
    );
  });

  it.each([11, 12, 13, 14])('gives a batch what it gives one by one (seed %i)', async (seed) => {
    const model = randomModel(seed, 5, seed > 12);
    const options = { bosTokenId: 0, eosTokenId: 0, maxLength: 10, beams: 3 };
    const alone = [];
    for (const prompt of model.logits.keys())
      alone.push(...(await beamSearch(tableStepper(model, [prompt]), 1, options)));
    expect(await beamSearch(tableStepper(model), 5, options)).toEqual(alone);
  });

  it('computes one row a prompt first, then a row a beam, and drops prompts that are done', async () => {
    const stepper = tableStepper(manyPrompts);
    await beamSearch(stepper, 6, manyPrompts);
    expect(stepper.steps[0].rows).toEqual([0, 1, 2, 3, 4, 5]);
    const counts = stepper.steps.slice(1).map(({ rows }) => rows.length);
    expect(counts[0]).toBe(24);
    expect(counts.at(-1)).toBeLessThan(24);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(stepper.steps).toHaveLength(manyPrompts.maxLength - 1);
  });

  it('works with fewer tokens than beams', async () => {
    const model: TableModel = {
      vocabularySize: 2,
      logits: [
        [
          [
            [0, 1],
            [1, 0],
          ],
        ],
      ],
    };
    const options = { bosTokenId: 0, eosTokenId: null, maxLength: 5, beams: 4 };
    const [best] = await beamSearch(tableStepper(model), 1, options);
    expect(best.tokens).toEqual([1, 0, 1, 0]);
    expect(best.logProbability).toBeCloseTo(4 * Math.log(Math.E / (1 + Math.E)), 10);
  });

  it('needs no step for no prompts', async () => {
    const stepper = tableStepper(manyPrompts, []);
    expect(await beamSearch(stepper, 0, manyPrompts)).toEqual([]);
    expect(stepper.steps).toEqual([]);
  });

  it('streams the leading beam and each end, and returns the same as the promise', async () => {
    const stream = streamBeamSearch(tableStepper(manyPrompts), 6, manyPrompts);
    const events: GenerationEvent[] = [];
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) events.push(next.value);
    const tokenEvents = events.filter((event) => event.type === 'token');
    const ends = events.filter((event) => event.type === 'sequence-end');
    expect(next.value).toEqual(await beamSearch(tableStepper(manyPrompts), 6, manyPrompts));
    expect(ends.map(({ sequence }) => sequence).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { sequence, result } of ends) expect(result).toBe(next.value[sequence]);
    for (const { token, tokens } of tokenEvents) expect(tokens.at(-1)).toBe(token);
  });

  it('stops between tokens when aborted, with the reason of the signal', async () => {
    const controller = new AbortController();
    const stepper = tableStepper(manyPrompts);
    const reason = new Error('enough');
    const running = beamSearch(stepper, 6, {
      ...manyPrompts,
      signal: controller.signal,
      onToken: ({ tokens }) => tokens.length === 3 && controller.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
    expect(stepper.steps).toHaveLength(3);
  });

  it.each([
    { beams: 0 },
    { beams: 1.5 },
    { maxLength: 1 },
    { eosTokenId: -1 },
    { lengthPenalty: Number.NaN },
  ])('refuses %o', async (wrong) => {
    const running = beamSearch(tableStepper(manyPrompts), 6, { ...manyPrompts, ...wrong });
    await expect(running).rejects.toThrow(InvalidInputError);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a logit of %s', async (logit) => {
    const model = [[[[0, logit, 1]]]];
    const stepper = tableStepper({ vocabularySize: 3, logits: model });
    const running = beamSearch(stepper, 1, { bosTokenId: 0, eosTokenId: 0, maxLength: 4 });
    await expect(running).rejects.toThrow(ModelOutputError);
  });

  it.each([
    ['too few', { tokens: [1, 2], logProbabilities: [-1, -2] }, 'Expected 3 likeliest tokens'],
    [
      'of another vocabulary',
      { tokens: [1, 2, 3], logProbabilities: [-1, -2, -3] },
      'Expected tokens below 3, got 3',
    ],
    ['of no probability', { tokens: [1, 2, 0], logProbabilities: [-1, Number.NaN, -3] }, 'NaN'],
  ])('refuses likeliest tokens that are %s', async (_, likeliest, message) => {
    const stepper = {
      ...tableStepper({ vocabularySize: 3, logits: [] }),
      stepLikeliest: async () => likeliest,
    };
    const running = beamSearch(stepper, 1, { bosTokenId: 0, eosTokenId: 0, maxLength: 4 });
    await expect(running).rejects.toThrow(message);
    await expect(running).rejects.toThrow(ModelOutputError);
  });
});
