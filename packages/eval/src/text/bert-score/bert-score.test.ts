import { readFileSync } from 'node:fs';
import { InvalidInputError, ModelOutputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import type { TextPair } from '../text-pair.js';
import { bertScore } from './bert-score.js';
import type { EmbeddedText, EmbedTexts } from './embedded-text.js';
import { weighText } from './embedded-text.js';
import { greedyMatch } from './greedy-match.js';
import { inverseDocumentFrequency } from './token-weights.js';

type Rows = readonly (readonly (readonly number[])[])[];
interface Values {
  readonly P: readonly number[];
  readonly R: readonly number[];
  readonly F: readonly number[];
}
const golden: {
  readonly hyp_len: readonly number[];
  readonly ref_len: readonly number[];
  readonly hyp: Rows;
  readonly ref: Rows;
  readonly hyp_idf: readonly (readonly number[])[];
  readonly ref_idf: readonly (readonly number[])[];
  readonly no_idf: Values;
  readonly idf: Values;
  readonly rescale_example: {
    readonly baseline_PRF: readonly [number, number, number];
    readonly rescaled_no_idf: Values;
  };
  readonly idf_example: {
    readonly docs_token_ids: readonly (readonly number[])[];
    readonly idf: Readonly<Record<string, number>>;
    readonly unseen: number;
  };
} = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/nlg.json', import.meta.url), 'utf8'),
).bertscore_core;

const n = golden.hyp_len.length;
const texts = new Map<string, EmbeddedText>();
for (let i = 0; i < n; i++) {
  for (const [kind, rows, length] of [
    ['hyp', golden.hyp[i], golden.hyp_len[i]],
    ['ref', golden.ref[i], golden.ref_len[i]],
  ] as const)
    texts.set(`${kind} ${i}`, {
      tokens: Array.from({ length }, (_, j) => `${kind}${i}.${j}`),
      vectors: rows.slice(0, length).flat(),
    });
}
const pairs: TextPair[] = Array.from({ length: n }, (_, i) => ({
  id: `${i}`,
  candidate: `hyp ${i}`,
  references: [`ref ${i}`],
}));
const lookUp = (text: string): EmbeddedText => texts.get(text) ?? { tokens: [], vectors: [] };
const embed: EmbedTexts = (batch) => Promise.resolve(batch.map(lookUp));

function expectClose(actual: readonly (number | null)[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs((value ?? Number.NaN) - expected[i])).toBeLessThanOrEqual(1e-12);
}

describe('BERTScore', () => {
  it('gives the values of bert_score for given vectors', async () => {
    const { items, f1 } = await bertScore({ embed, batchSize: 4 }).score(pairs);
    expectClose(
      items.map((item) => item.precision),
      golden.no_idf.P,
    );
    expectClose(
      items.map((item) => item.recall),
      golden.no_idf.R,
    );
    expectClose(
      items.map((item) => item.f1),
      golden.no_idf.F,
    );
    expectClose([f1.value()], [golden.no_idf.F.reduce((a, b) => a + b, 0) / n]);
  });

  it('weighs tokens as bert_score does', () => {
    const weigh = (kind: string, i: number, weights: readonly number[]) => {
      const { tokens, vectors } = lookUp(`${kind} ${i}`);
      const byToken = new Map(tokens.map((token, j) => [token, weights[j]]));
      return weighText({ tokens, vectors }, (token) => byToken.get(token) ?? Number.NaN);
    };
    const values = pairs.map((_, i) =>
      greedyMatch(weigh('hyp', i, golden.hyp_idf[i]), weigh('ref', i, golden.ref_idf[i])),
    );
    expectClose(
      values.map((value) => value.precision),
      golden.idf.P,
    );
    expectClose(
      values.map((value) => value.recall),
      golden.idf.R,
    );
    expectClose(
      values.map((value) => value.f1),
      golden.idf.F,
    );
  });

  it('rescales by a baseline', async () => {
    const [precision, recall, f1] = golden.rescale_example.baseline_PRF;
    const { items } = await bertScore({ embed, rescale: { precision, recall, f1 } }).score(pairs);
    const { P, R, F } = golden.rescale_example.rescaled_no_idf;
    expectClose(
      items.map((item) => item.precision),
      P,
    );
    expectClose(
      items.map((item) => item.recall),
      R,
    );
    expectClose(
      items.map((item) => item.f1),
      F,
    );
  });

  it('takes weights from the references', async () => {
    const weightOf = inverseDocumentFrequency(golden.idf_example.docs_token_ids);
    for (const [token, weight] of Object.entries(golden.idf_example.idf))
      expect(Math.abs(weightOf(Number(token)) - weight)).toBeLessThanOrEqual(1e-12);
    expect(weightOf(99)).toBeCloseTo(golden.idf_example.unseen, 12);

    // Each inner token of a reference is in one of n, each of a candidate in none: all weigh alike within a text.
    const { items } = await bertScore({ embed, idf: true }).score(pairs);
    expectClose(
      items.map((item) => item.f1),
      golden.no_idf.F,
    );
    const tokenize = (batch: readonly string[]) =>
      Promise.resolve(batch.map((text) => lookUp(text).tokens));
    expect((await bertScore({ embed, idf: true, tokenize }).score(pairs)).items).toEqual(items);
  });

  it('has no value where every token weighs nothing', async () => {
    const one = [{ id: 'a', candidate: 'ref 0', references: ['ref 0'] }];
    const { items, f1 } = await bertScore({ embed, idf: true }).score(one);
    expect(items).toEqual([{ id: 'a', precision: null, recall: null, f1: null }]);
    expect(f1.value()).toBeNull();
  });

  it('takes the best of several references, each number for itself', async () => {
    const several = [{ id: 'a', candidate: 'hyp 0', references: ['ref 0', 'ref 1', 'hyp 0'] }];
    const { items } = await bertScore({ embed }).score(several);
    expectClose([items[0].precision, items[0].recall, items[0].f1], [1, 1, 1]);
  });

  it('says what it did', async () => {
    const events: unknown[] = [];
    const scorer = bertScore({ embed, model: 'distilroberta-base_L5', idf: true, batchSize: 4 });
    const { convention } = await scorer.score(pairs, { onProgress: (event) => events.push(event) });
    expect(convention).toMatchObject({
      prep: 'none',
      model: 'distilroberta-base_L5',
      idf: 'references',
      rescaled: 'no',
    });
    expect(events).toHaveLength(2);
  });

  it('stops between batches', async () => {
    const stop = new AbortController();
    const scoring = bertScore({ embed, batchSize: 1 }).score(pairs, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(scoring).rejects.toThrow('enough');
  });

  it('refuses bad options, pairs and vectors', async () => {
    expect(() => bertScore({ embed, batchSize: 0 })).toThrow(InvalidInputError);
    expect(() => bertScore({ embed, rescale: { precision: 1, recall: 0, f1: 0 } })).toThrow(
      /rescale.precision/,
    );
    const returning = (embedded: readonly EmbeddedText[]) =>
      bertScore({ embed: () => Promise.resolve(embedded) });
    const pair = [{ id: 'a', candidate: 'x', references: ['y'] }];
    await expect(bertScore({ embed }).score([pair[0], pair[0]])).rejects.toThrow(InvalidInputError);
    const good = { tokens: [0, 5, 1], vectors: [1, 0, 0, 1, 1, 1] };
    for (const bad of [
      { tokens: [0], vectors: [1, 2] },
      { tokens: [0, 1], vectors: [1, 2, 3] },
      { tokens: [0, 1], vectors: [0, 0, 1, 1] },
      { tokens: [0, 1], vectors: [Number.NaN, 0, 1, 1] },
      { tokens: [0, 5, 1], vectors: [1, 1, 1] },
    ])
      await expect(returning([good, bad]).score(pair)).rejects.toThrow(ModelOutputError);
    await expect(returning([good]).score(pair)).rejects.toThrow(ModelOutputError);
  });
});
