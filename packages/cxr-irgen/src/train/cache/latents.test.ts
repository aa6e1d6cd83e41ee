import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelledImage } from '@cxrkit/core';
import { initializeWeights } from '@cxrkit/nn/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Autoencoder } from '../../conditioning/autoencoder.js';
import { exportVae } from '../../convert/export-vae.js';
import { vaeDecoderGraph, vaeEncoderGraph } from '../../network/vae/graphs.js';
import { META, TINY_VAE, writePictures } from '../__fixtures__/tiny-parts.js';
import { readScene } from '../shared/read-scene.js';
import { latentTable } from './latents.js';

describe('the cache of latents', () => {
  let folder: string;
  let items: LabelledImage[];
  const at = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-latents-'));
    items = (await writePictures(at('pictures'))).slice(0, 3);
    for (const seed of [1, 2]) {
      const graphs = [vaeEncoderGraph(TINY_VAE), vaeDecoderGraph(TINY_VAE)];
      const parameters = new Map(graphs.flatMap((graph) => [...graph.parameters]));
      const weights = initializeWeights(parameters, seed);
      await exportVae({ out: at(`vae-${seed}`), weights, config: TINY_VAE, meta: META });
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Encodes with one of the autoencoders; counts what was computed and not read. */
  async function encoded(model: string, pictures = items) {
    await using autoencoder = await Autoencoder.open({ model: at(model), threads: 1 });
    let computed = 0;
    const onProgress = (): void => {
      computed++;
    };
    const table = await latentTable(pictures, autoencoder, at('cache'), { onProgress });
    const { mean } = await autoencoder.posterior(await readScene(pictures[0]));
    return { table, computed, mean };
  }

  it('is read by the same weights and not by others', async () => {
    const first = await encoded('vae-1');
    expect(first.computed).toBe(items.length);
    expect(first.table.mean[0]).toEqual(first.mean);
    const names = await readdir(at('cache'));
    const again = await encoded('vae-1');
    expect(again.computed).toBe(0);
    expect(again.table).toEqual(first.table);
    expect(await readdir(at('cache'))).toEqual(names);

    const second = await encoded('vae-2');
    expect(second.computed).toBe(items.length);
    expect(second.table.mean[0]).toEqual(second.mean);
    expect(second.mean).not.toEqual(first.mean);
    expect(await readdir(at('cache'))).toHaveLength(names.length + 1);
    expect((await encoded('vae-1')).table).toEqual(first.table);
  });

  it('is not read for other pictures, or the same in another order', async () => {
    await encoded('vae-1');
    const turned = await encoded('vae-1', [items[1], items[0]]);
    expect(turned.computed).toBe(2);
    expect(turned.table.mean[0]).toEqual(turned.mean);
  });
});
