import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  float32,
  InvalidInputError,
  int64,
  type LabelledImage,
  type TaskOptions,
} from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import { openModelFolder } from '@cxrkit/core/model';
import { openRuntime } from '@cxrkit/core/onnx';
import { createTokenizer } from '@cxrkit/core/tokenizer';
import type { CurvePoint, TrainingResult } from '@cxrkit/nn/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Autoencoder } from '../conditioning/autoencoder.js';
import { LanguageModule } from '../conditioning/language-module.js';
import type { VisionNetwork } from '../conditioning/vision-network.js';
import { exportLanguage, exportPrior, exportVae, exportVision } from '../convert/index.js';
import type { PriorConfig } from '../network/prior/config.js';
import { priorArchitectureSchema, visionArchitectureSchema } from '../parts/architectures.js';
import { type FindingStates, findingCodes } from '../prompt/index.js';
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
import { LANGUAGE_RULES } from './language/language-rules.js';
import { trainLanguage } from './language/train-language.js';
import { PRIOR_RULES } from './prior/prior-rules.js';
import { trainPrior } from './prior/train-prior.js';
import { measureLatentScale } from './vae/measure-latent-scale.js';
import { trainVae } from './vae/train-vae.js';
import { trainVision } from './vision/train-vision.js';
import { FAITHFUL_VISION, VISION_RULES } from './vision/vision-rules.js';

const REPORTS = ['The heart is enlarged. No pneumothorax.', 'Normal heart size. No pneumothorax.'];
const run = { threads: 1, seed: 3, checkpointEvery: 3 } as const;

const NETWORKS: Readonly<Record<'u-vit' | 'sd-unet', VisionNetwork>> = {
  'u-vit': {
    ...{ textLength: TEXT_LENGTH, textWidth: WIDTH, nullReference: 'learned', conditionScale: 3 },
    denoiser: {
      ...{ kind: 'u-vit', side: 8, latentChannels: 2, patch: 2, width: 16, depth: 2, heads: 2 },
      ...{ mlp: 32, contextTokens: 1, contextWidth: WIDTH },
    },
  },
  'sd-unet': {
    ...{ textLength: TEXT_LENGTH, textWidth: WIDTH, nullReference: 'zeros' },
    denoiser: {
      ...{ kind: 'sd-unet', side: 8, latentChannels: 2, channels: [8, 16], heads: 2, groups: 4 },
      ...{ attention: [false, true], layersPerLevel: 1, contextWidth: WIDTH },
    },
  },
};

const PRIOR: PriorConfig = {
  ...{ side: 8, latentChannels: 2, patch: 4, width: 16, layers: 1, heads: 2, mlp: 32 },
  ...{ epsilon: 1e-12, outputWidth: TINY_BART.width, outputActivation: 'none' },
};

describe('trainings of the parts of CXR-IRGen', { timeout: 240_000 }, () => {
  let folder: string;
  let items: LabelledImage[];
  let vaeRun: Promise<TrainingResult>;
  let languageRun: Promise<TrainingResult>;
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-irgen-'));
    items = await writePictures(at('pictures'));
    await writeEncoders(at('encoders'), items);
    vaeRun = trainTinyVae('vae.whole');
    const { averageWeights: weights } = await vaeRun;
    const scale = { config: TINY_VAE, weights, fit: 'cover', items, seed: 1, threads: 1 } as const;
    const latentScale = await measureLatentScale(scale);
    await exportVae({ out: at('vae'), weights, config: { ...TINY_VAE, latentScale }, meta: META });
    languageRun = trainTinyLanguage('language.whole');
    const language = await languageRun;
    await exportLanguage({
      ...{ out: at('language'), weights: language.averageWeights, config: TINY_BART },
      ...{ tokenizer: bpe(REPORTS, 300), meta: META },
    });
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function trainTinyVae(name: string, stop?: number): Promise<TrainingResult> {
    return trainVae({
      ...{ ...run, runFolder: at(name), config: TINY_VAE, items, updates: 40, batchSize: 4 },
      ...{ learningRate: 1e-2, ema: 0.8, evaluate: { every: 20, pictures: 2 } },
      ...stopping(stop),
    });
  }

  function trainTinyLanguage(name: string, stop?: number): Promise<TrainingResult> {
    return trainLanguage({
      ...{ ...run, runFolder: at(name), config: TINY_BART, tokenizer: bpe(REPORTS, 300) },
      ...{ texts: { train: REPORTS, val: REPORTS }, updates: 60, batchSize: 4 },
      ...{ learningRate: 1e-2, evaluate: { every: 30 }, rules: { ...LANGUAGE_RULES, ema: 0.8 } },
      ...stopping(stop),
    });
  }

  function trainTinyVision(
    name: string,
    network: VisionNetwork,
    stop?: number,
  ): ReturnType<typeof trainVision> {
    return trainVision({
      ...{ ...run, runFolder: at(name), network, items, cacheFolder: at('cache') },
      ...{ autoencoder: at('vae'), encoders: at('encoders'), updates: 12, batchSize: 4 },
      ...{ learningRate: 5e-3, evaluate: { every: 6, pictures: 4 } },
      ...stopping(stop),
    });
  }

  function trainTinyPrior(name: string, stop?: number): ReturnType<typeof trainPrior> {
    return trainPrior({
      ...{ ...run, runFolder: at(name), config: PRIOR, cacheFolder: at('cache') },
      items: items.map((item) => ({ ...item, reports: [REPORTS[1 - item.findings.Cardiomegaly]] })),
      ...{ autoencoder: at('vae'), language: at('language'), updates: 40, batchSize: 4 },
      ...{ learningRate: 1e-2, evaluate: { every: 20 } },
      ...stopping(stop),
    });
  }

  it('learns an autoencoder whose latents have about unit variance', async () => {
    const { curve } = await vaeRun;
    expect(lastLoss(curve, 'l1')).toBeLessThan(0.7 * firstLoss(curve, 'l1'));
    const scores = curve.flatMap(({ evaluation }) => evaluation?.psnr ?? []);
    expect(scores).toHaveLength(2);
    expect(scores[1]).toBeGreaterThan(scores[0]);
    await using autoencoder = await Autoencoder.open({ model: at('vae'), threads: 1 });
    const { image } = await readImage(items[0].image);
    const { mean, logVariance } = await autoencoder.posterior(image);
    expect(mean).toHaveLength(2 * 8 * 8);
    expect(logVariance).toHaveLength(mean.length);
    const { square, reconstruction } = await autoencoder.reconstruct(image);
    expect([reconstruction.width, reconstruction.data.length]).toEqual([32, 32 * 32]);
    const error = square.data.reduce(
      (sum, grey, i) => sum + Math.abs(grey - reconstruction.data[i]),
      0,
    );
    expect(error / square.data.length).toBeLessThan(40);
  });

  it('learns to give reports back', async () => {
    const { curve } = await languageRun;
    expect(lastLoss(curve, 'tokens')).toBeLessThan(0.5 * firstLoss(curve, 'tokens'));
    const accuracies = curve.flatMap(({ evaluation }) => evaluation?.accuracy ?? []);
    expect(accuracies.at(-1)).toBeGreaterThan(0.6);
    await using language = await LanguageModule.open({ model: at('language'), threads: 1 });
    const [a, b] = [await language.encode(REPORTS[0]), await language.encode(REPORTS[1])];
    expect(a).toHaveLength(TINY_BART.width);
    expect(Math.max(...a.map((x, i) => Math.abs(x - b[i])))).toBeGreaterThan(0.05);
    const { report } = await language.decode(a, { decoding: 'greedy' });
    expect(report).not.toBe('');
    expect(await language.decode(a, { decoding: 'greedy' })).toMatchObject({ report });
    await expect(language.decode(a.slice(1))).rejects.toThrow(`${TINY_BART.width} numbers`);
    const { manifest } = await openModelFolder(at('language'), { stage: 'irgen-language' });
    expect(Object.keys(manifest.graphs)).toEqual(['bart_encoder', 'bart_memory', 'bart_step']);
    expect(createTokenizer(bpe(REPORTS, 300)).encode('')).toEqual([0, 2]);
  });

  it.each(['u-vit', 'sd-unet'] as const)('trains and exports a denoiser, %s', async (kind) => {
    const network = NETWORKS[kind];
    const {
      averageWeights: weights,
      curve,
      trainedWith,
      typicalLatents,
    } = await trainTinyVision(kind === 'u-vit' ? 'vision.whole' : kind, network);
    expect(curve.flatMap(({ evaluation }) => evaluation?.mse ?? [])).toHaveLength(2);
    expect(lastLoss(curve, 'mse')).toBeLessThan(firstLoss(curve, 'mse'));
    const out = at(`vision-${kind}`);
    const folderOf = await exportVision({
      ...{ out, weights, network, trainedWith, typicalLatents, meta: META },
    });
    const { architecture } = folderOf.manifest;
    expect(visionArchitectureSchema.parse(architecture).trainedWith.vae.name).toBe('tiny');
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const typical = await runtime.load(await folderOf.graph('typical'));
    const { latents } = await typical.run({});
    expect(latents.dims).toEqual([1, 2, 8, 8]);
    expect(worst(latents.data, await meanLatents(items))).toBeLessThan(2e-3);
    const session = await runtime.load(await folderOf.graph('denoiser'));
    const {
      denoiser: { side },
    } = network;
    const textDims = kind === 'u-vit' ? [2, WIDTH] : [2, TEXT_LENGTH, WIDTH];
    const filled = (dims: number[], value: number): ReturnType<typeof float32> =>
      float32(new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value), dims);
    const predict = async (reference: number, has: number): Promise<Float32Array> => {
      const { noise } = await session.run({
        latents: filled([2, 2, side, side], 0.5),
        timesteps: filled([2], 300),
        text: filled(textDims, 0.3),
        reference: filled([2, WIDTH], reference),
        has_reference: filled([2], has),
      });
      return noise.data as Float32Array;
    };
    const [absent, otherAbsent] = [await predict(0.2, 0), await predict(0.9, 0)];
    expect(absent).toHaveLength(2 * 2 * side * side);
    expect(otherAbsent).toEqual(absent);
    expect(await predict(0.9, 1)).not.toEqual(await predict(0.2, 1));
  });

  /** Mean latents of the pictures that are learned. */
  async function meanLatents(pictures: readonly LabelledImage[]): Promise<number[]> {
    await using autoencoder = await Autoencoder.open({ model: at('vae'), threads: 1 });
    const learned = pictures.filter(({ split }) => split === 'train');
    const sums = Array.from({ length: 2 * 8 * 8 }, () => 0);
    for (const { image } of learned) {
      const { mean } = await autoencoder.posterior((await readImage(image)).image);
      for (const [cell, value] of mean.entries()) sums[cell] += value;
    }
    const { latentScale } = autoencoder.config;
    return sums.map((sum) => (latentScale * sum) / learned.length);
  }

  it('trains and exports a prior', async () => {
    const { averageWeights: weights, curve, trainedWith } = await trainTinyPrior('prior.whole');
    expect(lastLoss(curve, 'mse')).toBeLessThan(0.5 * firstLoss(curve, 'mse'));
    const cosines = curve.flatMap(({ evaluation }) => evaluation?.cosine ?? []);
    expect(cosines).toHaveLength(2);
    const out = at('prior');
    const { manifest } = await exportPrior({
      ...{ out, weights, config: PRIOR, trainedWith, meta: META },
    });
    expect(priorArchitectureSchema.parse(manifest.architecture).prior).toEqual(PRIOR);
    expect(manifest.graphs.prior.outputs.map(({ name }) => name)).toEqual(['vector']);
  });

  it('gives the report of the findings that a prior is told', async () => {
    const config: PriorConfig = { ...PRIOR, readsFindings: true };
    // The pictures are the same for all: only what is told can tell.
    const { averageWeights: weights, trainedWith } = await trainPrior({
      ...{ ...run, runFolder: at('told'), config, cacheFolder: at('cache'), updates: 600 },
      items: items.map((item) => ({
        ...{ ...item, image: items[0].image },
        reports: [REPORTS[1 - item.findings.Cardiomegaly]],
      })),
      ...{ autoencoder: at('vae'), language: at('language'), batchSize: 8, learningRate: 1e-2 },
      rules: { ...PRIOR_RULES, ema: 0.9 },
    });
    const out = at('prior-told');
    const folderOf = await exportPrior({ out, weights, config, trainedWith, meta: META });
    await using language = await LanguageModule.open({ model: at('language'), threads: 1 });
    const ends = [await language.encode(REPORTS[0]), await language.encode(REPORTS[1])];
    await using runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const session = await runtime.load(await folderOf.graph('prior'));
    const distances = async (findings: FindingStates): Promise<number[]> => {
      const { vector } = await session.run({
        latents: float32(new Float32Array(128).fill(0.1), [1, 2, 8, 8]),
        findings: int64(findingCodes(findings), [1, 14]),
      });
      const drawn = vector.data as Float32Array;
      return ends.map((point) => Math.hypot(...drawn.map((x, i) => x - point[i])));
    };
    const [large, normal] = [
      await distances({ Cardiomegaly: 'positive' }),
      await distances({ 'No Finding': 'positive' }),
    ];
    expect(large[0]).toBeLessThan(0.5 * large[1]);
    expect(normal[1]).toBeLessThan(0.5 * normal[0]);
    const [a, b] = await distances({});
    expect(Math.max(a, b)).toBeLessThan(Math.max(large[1], normal[0]));
  });

  it.each([
    ['vae', (name: string, stop?: number) => trainTinyVae(name, stop)],
    ['language', (name: string, stop?: number) => trainTinyLanguage(name, stop)],
    ['vision', (name: string, stop?: number) => trainTinyVision(name, NETWORKS['u-vit'], stop)],
    ['prior', (name: string, stop?: number) => trainTinyPrior(name, stop)],
  ])('goes on to the same curve after an abort: %s', async (part, start) => {
    const whole = await start(`${part}.whole`); // done already, but for the denoiser and the prior
    await expect(start(`${part}.broken`, 7)).rejects.toThrow('enough');
    const resumed = await start(`${part}.broken`);
    expect(resumed.curve).toEqual(whole.curve);
    expect([...resumed.weights]).toEqual([...whole.weights]);
  });

  it('computes latents, prompts and references once', async () => {
    await trainTinyVision('vision.whole', NETWORKS['u-vit']);
    const before = await readdir(at('cache'));
    await trainTinyVision('twice', NETWORKS['u-vit']);
    expect(await readdir(at('cache'))).toEqual(before);
    const subjects = new Set(before.map((name) => name.split('-')[0]));
    for (const subject of ['latents', 'prompts', 'references'])
      expect([...subjects]).toContain(subject);
  });

  it('refuses a run folder of other rules', async () => {
    await trainTinyVision('vision.whole', NETWORKS['u-vit']);
    const other = trainVision({
      ...{ ...run, runFolder: at('vision.whole'), network: NETWORKS['u-vit'], items, updates: 14 },
      ...{ cacheFolder: at('cache'), autoencoder: at('vae'), encoders: at('encoders') },
      ...{ batchSize: 4, learningRate: 5e-3, rules: { ...VISION_RULES, textDropout: 0.5 } },
    });
    await expect(other).rejects.toThrow('another configuration');
  });

  it('learns an autoencoder from parts of pictures', async () => {
    const parts = { ...run, config: TINY_VAE, items, updates: 2, batchSize: 2, crop: 16 };
    const { curve, weights } = await trainVae({ ...parts, runFolder: at('parts') });
    expect(lossesOf(curve, 'l1')).toHaveLength(2);
    const whole = await vaeRun;
    expect([...weights.keys()]).toEqual([...whole.weights.keys()]);
    const odd = trainVae({ ...parts, crop: 18, runFolder: at('odd') });
    await expect(odd).rejects.toThrow('a multiple of 4 up to 32');
  });

  it('trains as published', async () => {
    const { curve } = await trainVision({
      ...{ ...run, runFolder: at('faithful'), network: NETWORKS['sd-unet'], items, updates: 3 },
      ...{ cacheFolder: at('cache'), autoencoder: at('vae'), encoders: at('encoders') },
      ...{ batchSize: 4, learningRate: 5e-5, rules: FAITHFUL_VISION },
    });
    expect(curve.flatMap(({ learningRate }) => learningRate ?? [])).toEqual([5e-5, 5e-5, 5e-5]);
  });

  it('says what is wrong', async () => {
    const none = items.filter(({ split }) => split === 'val');
    const vae = { ...run, config: TINY_VAE, items: none, runFolder: at('none'), updates: 1 };
    await expect(trainVae(vae)).rejects.toThrow(InvalidInputError);
    const short = { ...NETWORKS['u-vit'], textLength: 6 };
    await expect(trainTinyVision('short', short)).rejects.toThrow('textLength');
    const wide = { ...NETWORKS['u-vit'], textWidth: 9 };
    await expect(trainTinyVision('wide', wide)).rejects.toThrow('of width 9');
    const [small] = [{ ...PRIOR, outputWidth: 7 }];
    const prior = trainPrior({
      ...{ ...run, runFolder: at('small'), config: small, updates: 1 },
      ...{ items: items.map((item) => ({ ...item, reports: REPORTS })) },
      ...{ autoencoder: at('vae'), language: at('language') },
    });
    await expect(prior).rejects.toThrow('outputWidth');
    const language = { ...run, config: TINY_BART, tokenizer: bpe(REPORTS, 300), updates: 1 };
    const empty = trainLanguage({ ...language, texts: { train: [] }, runFolder: at('empty') });
    await expect(empty).rejects.toThrow('texts.train');
  });
});

/** Stops a training after so many updates. */
function stopping(updates: number | undefined): TaskOptions {
  if (updates === undefined) return {};
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: ({ phase, completed }) => {
      if (phase === 'train' && completed === updates) controller.abort(new Error('enough'));
    },
  };
}

function lossesOf(curve: readonly CurvePoint[], name: string): number[] {
  return curve.flatMap(({ losses }) => losses?.[name] ?? []);
}

const worst = (a: ArrayLike<number | bigint>, b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(value - Number(a[i]))));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const firstLoss = (curve: readonly CurvePoint[], name: string): number =>
  mean(lossesOf(curve, name).slice(0, 4));
const lastLoss = (curve: readonly CurvePoint[], name: string): number =>
  mean(lossesOf(curve, name).slice(-4));
