import { existsSync, readFileSync } from 'node:fs';
import { ModelOutputError } from '@cxrkit/core';
import { expectAllclose } from '@cxrkit/core/testing';
import { describe, expect, it } from 'vitest';
import { bertScoreSimilarity, type EncodeSentence } from './bert-score-similarity.js';

const ANGLES: Readonly<Record<string, readonly number[]>> = {
  // degrees of 2-D vectors: [CLS], words, [SEP]
  ab: [180, 0, 90, 270],
  a: [180, 0, 270],
  c: [60, 10, 240],
  special: [0, 180],
};

function encoder(calls: string[] = []): EncodeSentence {
  return async (sentence) => {
    calls.push(sentence);
    const radians = ANGLES[sentence].map((degrees) => (degrees * Math.PI) / 180);
    const length = calls.length + 1; // vectors need not be of unit length
    const vectors = radians.flatMap((angle) => [
      length * Math.cos(angle),
      length * Math.sin(angle),
    ]);
    return { vectors: Float32Array.from(vectors), tokens: radians.length };
  };
}

const cosine = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);
const f1 = (p: number, r: number): number => (2 * p * r) / (p + r);

describe('bertScoreSimilarity', () => {
  it('matches each word to its nearest token, special tokens included, and weighs these 0', async () => {
    const matrix = await bertScoreSimilarity(encoder()).matrix(['ab', 'a', 'c']);
    const abToA = (1 + cosine(90)) / 2; // b is nearest to a: 90 degrees, as to both special tokens
    const abToC = (cosine(10) + cosine(30)) / 2; // b is nearest to the [CLS] of c
    const expected = [1, f1(abToA, 1), f1(abToC, cosine(10)), 1, f1(cosine(10), cosine(10)), 1];
    expectAllclose(
      [0, 1, 2, 4, 5, 8].map((index) => matrix[index]),
      expected,
      { rtol: 1e-6 },
    );
    expect([matrix[3], matrix[6], matrix[7]]).toEqual([matrix[1], matrix[2], matrix[5]]);
  });

  it('gives 0 to a sentence without words', async () => {
    const matrix = await bertScoreSimilarity(encoder()).matrix(['special', 'a']);
    expect([...matrix.slice(0, 3)]).toEqual([0, 0, 0]);
  });

  it('encodes each sentence once', async () => {
    const calls: string[] = [];
    await bertScoreSimilarity(encoder(calls)).matrix(['c', 'ab', 'a']);
    expect(calls).toEqual(['c', 'ab', 'a']);
  });

  it('stops between sentences when aborted', async () => {
    const controller = new AbortController();
    const calls: string[] = [];
    const encode: EncodeSentence = async (sentence, options) => {
      controller.abort(new Error('enough'));
      return encoder(calls)(sentence, options);
    };
    const running = bertScoreSimilarity(encode).matrix(['a', 'c'], { signal: controller.signal });
    await expect(running).rejects.toThrow('enough');
    expect(calls).toEqual(['a']);
  });

  it.each([
    [Float32Array.of(1, 2, 3), 2],
    [Float32Array.of(1, 0, 0, 0), 2],
    [Float32Array.of(1, Number.NaN), 1],
    [Float32Array.of(), 0],
  ])('refuses vectors %o of %i tokens', async (vectors, tokens) => {
    const similarity = bertScoreSimilarity(async () => ({ vectors, tokens }));
    await expect(similarity.matrix(['a'])).rejects.toThrow(ModelOutputError);
  });
});

interface ReferenceRows {
  readonly hyp: readonly (readonly (readonly number[])[])[];
  readonly ref: readonly (readonly (readonly number[])[])[];
  readonly hyp_len: readonly number[];
  readonly ref_len: readonly number[];
  readonly no_idf: { readonly F: readonly number[] };
}

const shared = new URL('../../../../../shared/fixtures/nlg.json', import.meta.url);

// needs the workshop's shared/fixtures/nlg.json (bert_score's own numbers), which is no part of the repository
describe.skipIf(!existsSync(shared))('against bert_score', () => {
  it('equals its greedy_cos_idf', async () => {
    const { hyp, ref, hyp_len, ref_len, no_idf }: ReferenceRows = JSON.parse(
      readFileSync(shared, 'utf8'),
    ).bertscore_core;
    for (const row of no_idf.F.keys()) {
      const sentences = [hyp[row].slice(0, hyp_len[row]), ref[row].slice(0, ref_len[row])];
      const encode: EncodeSentence = async (name) => {
        const rows = sentences[Number(name)];
        return { vectors: Float32Array.from(rows.flat()), tokens: rows.length };
      };
      const matrix = await bertScoreSimilarity(encode).matrix(['0', '1']);
      expectAllclose([matrix[1]], [no_idf.F[row]], { rtol: 1e-5, atol: 1e-6 });
    }
  });
});
