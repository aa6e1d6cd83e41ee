import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DisposedError, ModelLoadError, type ProgressEvent } from '@cxrkit/core';
import { openModelFolder } from '@cxrkit/core/model';
import { openRuntime } from '@cxrkit/core/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCxrIrgen, parseFindings } from '../src/index.js';
import { writeTinyEncoders } from './tiny-encoders.js';
import { type TinySet, writeTinySet, writeTinyVision } from './tiny-set.js';
import { TINY, TINY_U_VIT, TINY_UNET } from './tiny-sizes.js';

describe('loadCxrIrgen', () => {
  let root: string;
  let set: TinySet;
  let copies = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cxr-irgen-load-'));
    set = await writeTinySet(root);
  }, 60_000);
  afterAll(() => rm(root, { recursive: true }));

  /** Loads a copy of the set with something changed. */
  async function loadChanged(
    change: (model: string) => Promise<unknown>,
    options: Partial<Parameters<typeof loadCxrIrgen>[0]> = {},
  ) {
    const model = join(root, `copy-${copies++}`);
    await cp(set.model, model, { recursive: true });
    await change(model);
    const all = { ...set, device: 'cpu', threads: 1, ...options, model } as const;
    return await loadCxrIrgen(all);
  }

  async function edit(model: string, part: string, from: string | RegExp, to: string) {
    const path = join(model, part, 'model.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
  }

  it('tells its parts, device, denoiser and progress', async () => {
    const events: ProgressEvent[] = [];
    await using irgen = await loadCxrIrgen({
      ...{ ...set, device: 'cpu', threads: 1 },
      onProgress: (event) => events.push(event),
    });
    expect([irgen.device, irgen.vision, irgen.side]).toEqual(['cpu', 'sd-unet', TINY.side]);
    expect(Object.keys(irgen.models)).toEqual(['encoders', 'vae', 'vision', 'language', 'prior']);
    expect(irgen.models.vision).toMatchObject({ name: 'tiny-sd-unet', version: '0.0.1' });
    expect(irgen.manifests.prior?.stage).toBe('irgen-prior');
    expect(events.map(({ completed }) => completed)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes the denoiser asked for, or the one that is there', async () => {
    await using asked = await loadCxrIrgen({ ...set, vision: 'u-vit', device: 'cpu' });
    expect(asked.vision).toBe('u-vit');
    await using only = await loadChanged((model) =>
      rm(join(model, 'vision-sd-unet'), { recursive: true }),
    );
    expect(only.vision).toBe('u-vit');
  });

  it('makes nothing more once it was disposed, in a runtime of others, too', async () => {
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const irgen = await loadCxrIrgen({ ...set, vision: 'u-vit', runtime });
    const findings = parseFindings('Edema');
    const made: number[] = [];
    const drain = async (): Promise<void> => {
      for await (const { seed } of irgen.generateImages({ findings, steps: 1, count: 3 })) {
        made.push(seed);
        await irgen.dispose();
      }
    };
    await expect(drain()).rejects.toBeInstanceOf(DisposedError);
    expect(made).toEqual([0]);
  });

  it('leaves a runtime that was given open', async () => {
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const irgen = await loadCxrIrgen({ ...set, runtime });
    await irgen.dispose();
    await expect(irgen.generateImage({ findings: {} })).rejects.toThrow('dispose()');
    await using again = await loadCxrIrgen({ ...set, runtime });
    expect((await again.generateImage({ findings: {}, steps: 1 })).image.width).toBe(TINY.side);
  });

  it('loads without the language module, and says so when a report is asked for', async () => {
    const change = async (model: string) => {
      for (const part of ['language', 'prior']) await rm(join(model, part), { recursive: true });
    };
    await using irgen = await loadChanged(change, { reports: false });
    const { latents } = await irgen.generateImage({ findings: {}, steps: 1 });
    await expect(irgen.writeReport(latents)).rejects.toThrow('without the language module');
    await expect(irgen.generatePair({ findings: {} })).rejects.toThrow('reports: false');
    const pair = await irgen.generatePair({ findings: {}, steps: 1, report: false });
    expect(pair.report).toBeNull();
  });

  it('refuses a set without the asked denoiser, naming what it has', async () => {
    const without = (part: string) => (model: string) => rm(join(model, part), { recursive: true });
    await expect(loadChanged(without('vision-sd-unet'), { vision: 'sd-unet' })).rejects.toThrow(
      /with vision-sd-unet, found vision-u-vit/,
    );
    await expect(loadCxrIrgen({ ...set, model: root })).rejects.toThrow(/found no denoiser/);
    await expect(loadCxrIrgen({ ...set, vision: 'gan' as 'u-vit', device: 'cpu' })).rejects.toThrow(
      'one of sd-unet, u-vit',
    );
    const swapped = async (model: string) => {
      await rm(join(model, 'vision-sd-unet'), { recursive: true });
      await cp(join(model, 'vision-u-vit'), join(model, 'vision-sd-unet'), { recursive: true });
    };
    await expect(loadChanged(swapped, { vision: 'sd-unet' })).rejects.toThrow(
      'expected a denoiser "sd-unet"',
    );
  });

  it('refuses parts that were trained with others', async () => {
    const other = await writeTinyEncoders(join(root, 'other-encoders'));
    const path = join(other.path, 'model.json');
    const manifest = await readFile(path, 'utf8');
    await writeFile(path, manifest.replace('tiny-encoders', 'other').replace('0.0.1', '0.0.2'));
    await expect(loadCxrIrgen({ ...set, encoders: other.path })).rejects.toThrow(
      /vision-sd-unet.*trained with the encoders "tiny-encoders" 0\.0\.1 \(\w{12}\), got "other"/,
    );
    const version = (part: string) => (model: string) => edit(model, part, '0.0.1', '0.0.2');
    await expect(loadChanged(version('vae'))).rejects.toThrow('trained with the autoencoder');
    await expect(loadChanged(version('language'))).rejects.toThrow(
      'trained with the language module',
    );
  });

  it('refuses sizes that do not fit', async () => {
    const change = (part: string, from: RegExp, to: string) =>
      loadChanged((model) => edit(model, part, from, to));
    await expect(change('vision-sd-unet', /"side": 8/, '"side": 4')).rejects.toThrow(
      'latents of 4 x 4 x 4, the autoencoder gives 4 x 8 x 8',
    );
    await expect(change('vision-sd-unet', /"textLength": 64/, '"textLength": 65')).rejects.toThrow(
      'prompts of 65 tokens, the encoders at most 64',
    );
    await expect(change('vision-sd-unet', /"textWidth": 12/, '"textWidth": 16')).rejects.toThrow(
      '"last_hidden_state" of width 16 of its graph text, got width 12',
    );
    await expect(change('prior', /"outputWidth": 16/, '"outputWidth": 8')).rejects.toThrow(
      'vectors of 8 numbers, the language module takes 16',
    );
  });

  it('refuses encoders without the token states that a UNet attends to', async () => {
    const encoders = await writeTinyEncoders(join(root, 'pooled'), { hasTokenStates: false });
    const vae = await openModelFolder(join(set.model, 'vae'));
    const change = async (model: string) => {
      for (const config of [TINY_UNET, TINY_U_VIT])
        await writeTinyVision(join(model, `vision-${config.kind}`), config, { encoders, vae });
    };
    const options = { encoders: encoders.path, vision: 'sd-unet' } as const;
    await expect(loadChanged(change, options)).rejects.toThrow(
      '"last_hidden_state" of width 12 of its graph text, got no such output',
    );
    await using pooled = await loadChanged(change, { ...options, vision: 'u-vit' });
    expect(pooled.vision).toBe('u-vit');
  });

  it('refuses folders that are missing, damaged or of another stage', async () => {
    const load = (change: (model: string) => Promise<unknown>) => loadChanged(change);
    await expect(load((model) => rm(join(model, 'vae'), { recursive: true }))).rejects.toThrow(
      ModelLoadError,
    );
    await expect(load((model) => rm(join(model, 'vae', 'encoder.onnx')))).rejects.toThrow(
      'is missing',
    );
    await expect(
      load((model) => edit(model, 'prior', '"stage": "irgen-prior"', '"stage": "prior"')),
    ).rejects.toThrow('of stage "prior"');
    await expect(
      load((model) => edit(model, 'prior', '"outputActivation": "none"', '"x": 1')),
    ).rejects.toThrow('architecture.prior.outputActivation');
  });

  it('stops when aborted', async () => {
    await expect(loadCxrIrgen({ ...set, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const controller = new AbortController();
    const onProgress = ({ completed }: ProgressEvent) => {
      if (completed === 2) controller.abort(new Error('enough'));
    };
    const stopped = loadCxrIrgen({ ...set, signal: controller.signal, onProgress, device: 'cpu' });
    await expect(stopped).rejects.toThrow('enough');
  });
});
