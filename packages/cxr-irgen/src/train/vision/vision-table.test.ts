import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelledImage } from '@cxrkit/core';
import { initializeWeights } from '@cxrkit/nn/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Autoencoder } from '../../conditioning/autoencoder.js';
import { FrozenEncoders } from '../../conditioning/frozen-encoders.js';
import type { VisionNetwork } from '../../conditioning/vision-network.js';
import { exportVae } from '../../convert/export-vae.js';
import { vaeDecoderGraph, vaeEncoderGraph } from '../../network/vae/graphs.js';
import {
  META,
  TEXT_LENGTH,
  TINY_VAE,
  WIDTH,
  writeEncoders,
  writePictures,
} from '../__fixtures__/tiny-parts.js';
import type { VisionRules } from './vision-rules.js';
import { type VisionTable, visionTable } from './vision-table.js';

const NETWORK: VisionNetwork = {
  ...{ textLength: TEXT_LENGTH, textWidth: WIDTH, nullReference: 'zeros' },
  denoiser: {
    ...{ kind: 'u-vit', side: 8, latentChannels: 2, patch: 4, width: 16, depth: 2, heads: 2 },
    ...{ mlp: 16, contextTokens: 1, contextWidth: WIDTH },
  },
};

describe('what a denoiser learns from', { timeout: 60_000 }, () => {
  let folder: string;
  let items: LabelledImage[];
  let autoencoder: Autoencoder;
  let encoders: FrozenEncoders;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-table-'));
    const [vae, clip] = [join(folder, 'vae'), join(folder, 'encoders')];
    items = await writePictures(join(folder, 'pictures'));
    await writeEncoders(clip, items);
    const graphs = [vaeEncoderGraph(TINY_VAE), vaeDecoderGraph(TINY_VAE)];
    const parameters = new Map(graphs.flatMap((graph) => [...graph.parameters]));
    const weights = initializeWeights(parameters, 1);
    await exportVae({ out: vae, weights, config: TINY_VAE, meta: META });
    autoencoder = await Autoencoder.open({ model: vae, threads: 1 });
    encoders = await FrozenEncoders.open(NETWORK, { model: clip, threads: 1 });
  }, 60_000);
  afterAll(async () => {
    await autoencoder.dispose();
    await encoders.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const tableOf = (rules: Pick<VisionRules, 'negatives' | 'reference'>): Promise<VisionTable> =>
    visionTable({
      ...{ items, autoencoder, encoders, rules, seed: 1, textKey: 'u-vit' },
      cacheFolder: join(folder, 'cache'),
    });

  it('groups pictures of the train split by all of their labels, and shows those of val the same', async () => {
    const { sameLabels, latents, references } = await tableOf({
      ...{ negatives: 'some', reference: 'random' },
    });
    // Even pictures have a large heart; the first ten are of the train split.
    for (const [row, group] of sameLabels.entries())
      expect(group).toEqual(row % 2 === 0 ? [0, 2, 4, 6, 8] : [1, 3, 5, 7, 9]);
    expect([latents.mean, latents.logVariance, references].map((list) => list.length)).toEqual([
      14, 14, 14,
    ]);
    const absent = await tableOf({ negatives: 'some', reference: 'none' });
    expect(absent.references).toEqual([]);
  });

  it('says all that is known as published, or leaves negatives out by chance', async () => {
    const all = await tableOf({ negatives: 'all', reference: 'none' });
    // The empty prompt, and one of each group.
    expect(all.texts).toHaveLength(3);
    for (const prompts of all.prompts) expect(prompts).toHaveLength(1);
    expect(new Set(all.prompts.flat())).toEqual(new Set([1, 2]));
    const empty = await encoders.encodePrompt('', {});
    const large = await encoders.encodePrompt(
      'A chest X ray image with cardiomegaly, without pneumothorax',
      {},
    );
    expect([all.texts[0], all.texts[all.prompts[0][0]]]).toEqual([empty, large]);

    const some = await tableOf({ negatives: 'some', reference: 'none' });
    const bare = await encoders.encodePrompt('A chest X ray image with cardiomegaly', {});
    for (const row of [0, 2, 4]) {
      expect(some.prompts[row]).toHaveLength(4);
      expect(some.texts[some.prompts[row][0]]).toEqual(bare);
    }
  });
});
