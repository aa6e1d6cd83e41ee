import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelledImage } from '@cxrkit/core';
import { readSafetensors, writeSafetensors } from '@cxrkit/nn/checkpoint';
import type { TrainingResult } from '@cxrkit/nn/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VisionNetwork } from '../conditioning/vision-network.js';
import { exportLanguage, exportVae } from '../convert/index.js';
import type { BartConfig } from '../network/bart/config.js';
import type { PriorConfig } from '../network/prior/config.js';
import type { VaeConfig } from '../network/vae/config.js';
import {
  bpe,
  META,
  TEXT_LENGTH,
  TINY_BART,
  TINY_VAE,
  WIDTH,
  writeEncoders,
  writePictures,
} from './__fixtures__/tiny-parts.js';
import { LANGUAGE_RULES, type LanguageRules } from './language/language-rules.js';
import { trainLanguage } from './language/train-language.js';
import { trainPrior } from './prior/train-prior.js';
import { trainVae } from './vae/train-vae.js';
import { trainVision } from './vision/train-vision.js';

const TEXTS = ['The heart is enlarged.', 'Normal heart size. No pneumothorax.'];
const run = { threads: 1, seed: 3, updates: 1, batchSize: 2 } as const;

const NETWORK: VisionNetwork = {
  ...{ textLength: TEXT_LENGTH, textWidth: WIDTH, nullReference: 'zeros' },
  denoiser: {
    ...{ kind: 'u-vit', side: 8, latentChannels: 2, patch: 4, width: 16, depth: 2, heads: 2 },
    ...{ mlp: 16, contextTokens: 1, contextWidth: WIDTH },
  },
};
const PRIOR: PriorConfig = {
  ...{ side: 8, latentChannels: 2, patch: 4, width: 16, layers: 1, heads: 2, mlp: 16 },
  ...{ epsilon: 1e-12, outputWidth: TINY_BART.width, outputActivation: 'none' },
  flow: { width: 16, blocks: 1, steps: 4, deviation: 0.4, guidance: 2 },
};
const FLOW = { width: 16, blocks: 1, steps: 9, deviation: 0.4 };

describe('what makes a run of the parts of CXR-IRGen', { timeout: 240_000 }, () => {
  let folder: string;
  let items: LabelledImage[];
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-identity-'));
    items = await writePictures(at('pictures'));
    await writeEncoders(at('encoders'), items);
    const vae = await trainOwnVae(TINY_VAE);
    await exportVae({ out: at('vae'), weights: vae.weights, config: TINY_VAE, meta: META });
    const { weights } = await trainOwnLanguage(TINY_BART);
    const tokenizer = bpe(TEXTS, 300);
    await exportLanguage({
      ...{ out: at('language'), weights, config: TINY_BART, tokenizer, meta: META },
    });
    await trainOwnVision(NETWORK);
    await trainOwnPrior(PRIOR);
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const trainOwnVae = (config: VaeConfig): Promise<TrainingResult> =>
    trainVae({ ...run, runFolder: at('vae.run'), config, items });
  const trainOwnLanguage = (
    config: BartConfig,
    rules: LanguageRules = LANGUAGE_RULES,
    shares?: Record<string, number>,
  ): Promise<TrainingResult> =>
    trainLanguage({
      ...{ ...run, runFolder: at('language.run'), config, rules },
      ...{ tokenizer: bpe(TEXTS, 300), texts: { train: TEXTS } },
      ...(shares && { shares }),
    });
  const trainOwnVision = (network: VisionNetwork): Promise<TrainingResult> =>
    trainVision({
      ...{ ...run, runFolder: at('vision.run'), network, items, cacheFolder: at('cache') },
      ...{ autoencoder: at('vae'), encoders: at('encoders') },
    });
  const trainOwnPrior = (config: PriorConfig): Promise<TrainingResult> =>
    trainPrior({
      ...{ ...run, runFolder: at('prior.run'), config, cacheFolder: at('cache') },
      items: items.map((item) => ({ ...item, reports: TEXTS })),
      ...{ autoencoder: at('vae'), language: at('language') },
    });

  // None of these changes a shape.
  it.each([
    ['config.groups was 2 and is now 1', () => trainOwnVae({ ...TINY_VAE, groups: 1 })],
    ['config.heads was 2 and is now 4', () => trainOwnLanguage({ ...TINY_BART, heads: 4 })],
    [
      'config.pooling was mean and is now eos',
      () => trainOwnLanguage({ ...TINY_BART, pooling: 'eos' }),
    ],
    [
      'network.denoiser.heads was 2 and is now 1',
      () => trainOwnVision({ ...NETWORK, denoiser: { ...NETWORK.denoiser, heads: 1 } }),
    ],
    [
      'network.conditionScale was null and is now 3',
      () => trainOwnVision({ ...NETWORK, conditionScale: 3 }),
    ],
    ['config.heads was 2 and is now 1', () => trainOwnPrior({ ...PRIOR, heads: 1 })],
    [
      'config.flow.deviation was 0.4 and is now 0.5',
      () => trainOwnPrior({ ...PRIOR, flow: { ...FLOW, deviation: 0.5 } }),
    ],
    [
      'rules.decay was null and is now all',
      () => trainOwnLanguage(TINY_BART, { ...LANGUAGE_RULES, decay: 'all' }),
    ],
    [
      'rules.dropout was null and is now 0.1',
      () => trainOwnLanguage(TINY_BART, { ...LANGUAGE_RULES, dropout: 0.1 }),
    ],
    ['shares', () => trainOwnLanguage(TINY_BART, LANGUAGE_RULES, { texts: 2 })],
  ])('is not another one: %s', async (difference, start) => {
    await expect(start()).rejects.toThrow(difference);
  });

  it('is the same where only what plays no part in training differs', async () => {
    const guided = await trainOwnPrior({ ...PRIOR, flow: FLOW });
    expect(guided.curve.filter(({ losses }) => losses)).toHaveLength(1);
  });

  it('goes on where a former version wrote down neither network nor later rules', async () => {
    const path = join(at('language.run'), 'state.safetensors');
    const { tensors, metadata } = await readSafetensors(path);
    const { config, shares: _, ...older } = metadata;
    expect(JSON.parse(config)).toEqual(TINY_BART);
    const {
      decay: __,
      dropout: ___,
      ...known
    } = JSON.parse(older.rules) as Record<string, unknown>;
    const before = { ...older, rules: JSON.stringify(known) };
    await writeSafetensors(path, tensors, { metadata: before });
    const { curve } = await trainOwnLanguage(TINY_BART);
    expect(curve.filter(({ losses }) => losses)).toHaveLength(1);
    await writeSafetensors(path, tensors, { metadata });
  });
});
