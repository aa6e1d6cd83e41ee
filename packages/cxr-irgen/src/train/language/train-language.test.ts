import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenizer } from '@cxrkit/core/tokenizer';
import { readSafetensors } from '@cxrkit/nn/checkpoint';
import type { TrainingResult } from '@cxrkit/nn/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bpe, TINY_BART } from '../__fixtures__/tiny-parts.js';
import { FAITHFUL_LANGUAGE } from './language-rules.js';
import { type TrainLanguageOptions, trainLanguage } from './train-language.js';

const SHORT = ['Normal heart size.', 'No pneumothorax.'];
const LONG = 'The heart is enlarged. There is a small pleural effusion on the right.';
const tokenizer = bpe([...SHORT, LONG], 300);

describe('the training of the language module', { timeout: 120_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-language-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const start = (name: string, options: Partial<TrainLanguageOptions>): Promise<TrainingResult> =>
    trainLanguage({
      ...{ runFolder: join(folder, name), config: TINY_BART, tokenizer, texts: { train: SHORT } },
      ...{ updates: 4, batchSize: 2, seed: 1, threads: 1, checkpointEvery: 2 },
      ...options,
    });

  it('leaves out what has no share', async () => {
    const texts = [...SHORT.map((text) => ({ text, source: 'a' })), { text: LONG, source: 'b' }];
    await start('shares', { texts: { train: texts }, shares: { a: 1, b: 0 }, updates: 1 });
    const { metadata } = await readSafetensors(join(folder, 'shares', 'state.safetensors'));
    const longest = Math.max(
      ...SHORT.map((text) => createTokenizer(tokenizer).encode(text).length),
    );
    expect(metadata.textLength).toBe(String(longest));
    const none = start('none', { texts: { train: texts }, shares: { a: 0, b: 0 } });
    await expect(none).rejects.toThrow('texts.train');
  });

  it('drops the same numbers after an abort', async () => {
    const rules = { ...FAITHFUL_LANGUAGE, dropout: 0.3 };
    const whole = await start('whole', { rules });
    const controller = new AbortController();
    const broken = start('broken', {
      ...{ rules, signal: controller.signal },
      onProgress: ({ completed }) => {
        if (completed === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(broken).rejects.toThrow('enough');
    const resumed = await start('broken', { rules });
    expect(resumed.curve).toEqual(whole.curve);
    const kept = await start('kept', { rules: { ...rules, dropout: 0 }, updates: 1 });
    expect(kept.curve[0].losses).not.toEqual(whole.curve[0].losses);
    // Of one update to the next other masks, where the batch is the same: two texts in their order.
    const still = await start('still', { rules, learningRate: 1e-9 });
    const losses = still.curve.map(({ losses: each }) => each?.tokens);
    expect(new Set(losses).size).toBe(losses.length);
  });
});
