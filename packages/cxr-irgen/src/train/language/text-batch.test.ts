import { createRandom } from '@cxrkit/core';
import { createTokenizer } from '@cxrkit/core/tokenizer';
import { describe, expect, it } from 'vitest';
import { expectRate } from '../__fixtures__/expect-rate.js';
import { bpe, TINY_BART } from '../__fixtures__/tiny-parts.js';
import { drawnMasks } from './dropout-masks.js';
import { FAITHFUL_LANGUAGE } from './language-rules.js';
import { languageStep } from './language-step.js';
import { longestText, textBatch } from './text-batch.js';

const TEXTS = ['Normal heart size.', 'No pneumothorax. The heart is enlarged.'];
const tokenizer = createTokenizer(bpe(TEXTS, 300));
const [BOS, PAD, EOS] = [0, 1, 2];
const LENGTH = longestText(TEXTS, tokenizer) + 3;
const numbers = (data: ArrayLike<number | bigint>, row?: number): number[] =>
  Array.from(data, Number).slice(...(row === undefined ? [] : [row * LENGTH, (row + 1) * LENGTH]));

describe('a batch of texts', () => {
  const batch = textBatch(TEXTS, tokenizer, LENGTH, TINY_BART, true);

  it('frames and pads a text, and asks for the same', () => {
    for (const [row, text] of TEXTS.entries()) {
      const tokens = tokenizer.encode(text);
      expect([tokens[0], tokens.at(-1)]).toEqual([BOS, EOS]);
      const padding = Array<number>(LENGTH - tokens.length).fill(PAD);
      expect(numbers(batch.input_ids.data, row)).toEqual([...tokens, ...padding]);
      const seen = [...tokens.map(() => 1), ...padding.map(() => 0)];
      expect(numbers(batch.attention_mask.data, row)).toEqual(seen);
      expect(numbers(batch.targets.data, row)).toEqual([...tokens, ...padding]);
    }
    expect(batch.input_ids.dims).toEqual([2, LENGTH]);
    expect(batch.targets.dims).toEqual([2 * LENGTH]);
  });

  it('gives the decoder EOS and then the text, one place later', () => {
    for (const row of [0, 1]) {
      const [ids, mask] = [batch.input_ids.data, batch.attention_mask.data];
      expect(numbers(batch.decoder_ids.data, row)).toEqual([
        EOS,
        ...numbers(ids, row).slice(0, -1),
      ]);
      expect(numbers(batch.decoder_mask.data, row)).toEqual([
        1,
        ...numbers(mask, row).slice(0, -1),
      ]);
    }
  });

  it('weighs padding by nothing, or like any token as published', () => {
    expect(numbers(batch.weights.data)).toEqual(numbers(batch.attention_mask.data));
    expect(numbers(batch.weights.data)).toContain(0);
    const all = textBatch(TEXTS, tokenizer, LENGTH, TINY_BART, false);
    expect(new Set(numbers(all.weights.data))).toEqual(new Set([1]));
    expect({ ...all, weights: batch.weights }).toEqual(batch);
  });

  it('pads by the id of the config where the tokenizer does not say how', () => {
    const silent = createTokenizer({ ...bpe(TEXTS, 300), padding: null });
    expect(silent.encodeBatch(TEXTS, { maxLength: LENGTH }).ids.data).not.toContain(BigInt(PAD));
    expect(textBatch(TEXTS, silent, LENGTH, TINY_BART, true)).toEqual(batch);
  });

  it('cuts what is too long and keeps its end', () => {
    const { input_ids: ids } = textBatch([TEXTS[1]], tokenizer, 5, TINY_BART, true);
    const whole = tokenizer.encode(TEXTS[1]);
    expect(numbers(ids.data)).toEqual([...whole.slice(0, 4), EOS]);
  });
});

describe('dropout masks', () => {
  it('have a place wherever the published network drops', () => {
    const shape = { texts: 2, length: 7 };
    const config = { ...TINY_BART, encoderLayers: 2, decoderLayers: 3 };
    const { masks } = languageStep(config, shape, FAITHFUL_LANGUAGE);
    // Embeddings; a layer's attention weights, sublayers and activations.
    expect(masks.size).toBe(1 + 2 * 4 + 1 + 3 * 6);
    const { heads, width, mlp } = config;
    expect([...masks.values()].slice(0, 5)).toEqual([
      [2, 7, width],
      [2, heads, 7, 7],
      [2, 7, width],
      [2, 7, mlp],
      [2, 7, width],
    ]);
    // The one weight of the cross-attention is a head.
    expect([...masks.values()].at(-4)).toEqual([2, heads, 7, 1]);
    expect(languageStep(config, shape, { ...FAITHFUL_LANGUAGE, dropout: 0 }).masks.size).toBe(0);
  });

  it('drop at the rate, each by itself', () => {
    const shapes = new Map([
      ['a', [30, 100]],
      ['b', [3000]],
    ]);
    const { a, b } = drawnMasks(shapes, 0.1, createRandom(1, 2));
    expect(a.dims).toEqual([30, 100]);
    for (const { data } of [a, b]) {
      expect(data).toBeInstanceOf(Uint8Array);
      expectRate(numbers(data).filter((kept) => kept === 0).length, 3000, 0.1);
    }
    const both = numbers(a.data).filter((kept, i) => kept === 0 && b.data[i] === 0);
    expectRate(both.length, 3000, 0.01);
    expect(drawnMasks(shapes, 0.1, createRandom(1, 2))).toEqual({ a, b });
  });
});
