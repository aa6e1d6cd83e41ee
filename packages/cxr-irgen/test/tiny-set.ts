import { join } from 'node:path';
import type { Tensor } from '@cxrkit/core';
import type { ModelFolder } from '@cxrkit/core/model';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import { visionGraph } from '../src/conditioning/conditioned-denoiser.js';
import { exportLanguage, exportPrior, exportVae, exportVision } from '../src/convert/index.js';
import {
  bartGraphs,
  type DenoiserConfig,
  type PriorConfig,
  priorGraph,
  vaeDecoderGraph,
  vaeEncoderGraph,
} from '../src/network/index.js';
import { partOrigin } from '../src/parts/open-part.js';
import { writeTinyEncoders } from './tiny-encoders.js';
import {
  META,
  randomWeights,
  TINY,
  TINY_BART,
  TINY_PRIOR,
  TINY_U_VIT,
  TINY_UNET,
  TINY_VAE,
} from './tiny-sizes.js';

/** Where {@link writeTinySet} wrote what. */
export interface TinySet {
  /** For the option `model`. */
  readonly model: string;
  /** For the option `encoders`. */
  readonly encoders: string;
}

/** Writes a whole set with random weights and both denoisers, and its encoders; made in a second. */
export async function writeTinySet(root: string): Promise<TinySet> {
  const encoders = await writeTinyEncoders(join(root, 'clip-classifier'));
  const model = join(root, 'cxr-irgen');
  await writeTinyParts(model, encoders, [TINY_U_VIT, TINY_UNET]);
  return { model, encoders: encoders.path };
}

/** Writes a set for encoders that are there. */
export async function writeTinyParts(
  model: string,
  encoders: ModelFolder,
  denoisers: readonly DenoiserConfig[],
  textLength: number = TINY.textLength,
): Promise<void> {
  const vae = await writeTinyVae(join(model, 'vae'));
  for (const config of denoisers)
    await writeTinyVision(join(model, `vision-${config.kind}`), config, {
      ...{ encoders, vae, textLength },
    });
  const language = await writeTinyLanguage(join(model, 'language'));
  await writeTinyPrior(join(model, 'prior'), { vae, language });
}

async function writeTinyVae(out: string): Promise<ModelFolder> {
  const graphs = [vaeEncoderGraph(TINY_VAE), vaeDecoderGraph(TINY_VAE)];
  const weights = randomWeights(graphs, 1);
  return await exportVae({ out, weights, config: TINY_VAE, meta: { ...META, name: 'tiny-vae' } });
}

/** Writes a denoiser. */
export async function writeTinyVision(
  out: string,
  denoiser: DenoiserConfig,
  {
    encoders,
    vae,
    textLength = TINY.textLength,
    typicalLatents,
  }: {
    readonly encoders: ModelFolder;
    readonly vae: ModelFolder;
    readonly textLength?: number;
    readonly typicalLatents?: Tensor<'float32'>;
  },
): Promise<ModelFolder> {
  const network = {
    ...{ denoiser, textLength, textWidth: denoiser.contextWidth ?? TINY.width },
    nullReference: 'learned',
  } as const;
  return await exportVision({
    ...{ out, network, weights: randomWeights([visionGraph(network)], 2) },
    ...(typicalLatents && { typicalLatents }),
    trainedWith: { encoders: partOrigin(encoders), vae: partOrigin(vae) },
    meta: { ...META, name: `tiny-${denoiser.kind}` },
  });
}

async function writeTinyLanguage(out: string): Promise<ModelFolder> {
  const tokenizer = trainByteBpe(['The lungs are clear. No effusion.'], {
    vocabulary: TINY_BART.vocabulary,
    ...{ specialTokens: ['<s>', '<pad>', '</s>'], padToken: '<pad>' },
    template: ['<s>', '</s>'],
  });
  const weights = randomWeights(Object.values(bartGraphs(TINY_BART)), 3);
  return await exportLanguage({
    ...{ out, weights, config: TINY_BART, tokenizer, meta: { ...META, name: 'tiny-language' } },
  });
}

/** Writes a prior for parts that are there. */
export async function writeTinyPrior(
  out: string,
  { vae, language }: { readonly vae: ModelFolder; readonly language: ModelFolder },
  config: PriorConfig = TINY_PRIOR,
): Promise<void> {
  await exportPrior({
    ...{ out, config, weights: randomWeights([priorGraph(config)], 4) },
    trainedWith: { vae: partOrigin(vae), language: partOrigin(language) },
    meta: { ...META, name: 'tiny-prior' },
  });
}
