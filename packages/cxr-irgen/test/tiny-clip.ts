import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '@cxrkit/core';
import type { ModelFolder } from '@cxrkit/core/model';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import { Graph } from '@cxrkit/nn';
import { writeSafetensors } from '@cxrkit/nn/checkpoint';
import {
  convertEncoders,
  convertLanguage,
  convertPrior,
  convertVae,
  convertVision,
} from '../src/convert/index.js';
import {
  bartDecoder,
  bartEncoder,
  bartGraphs,
  type ClipTextConfig,
  type ClipVisionConfig,
  clipTextGraph,
  clipVisionGraph,
  denoiserGraph,
  priorGraph,
  vaeDecoderGraph,
  vaeEncoderGraph,
} from '../src/network/index.js';
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

const MERGES = [
  'c h',
  'ch e',
  's t</w>',
  'che st</w>',
  'r a',
  'i m',
  'w i',
  't h</w>',
  'wi th</w>',
];
const START = '<|startoftext|>';
const END = '<|endoftext|>';

/** A vocabulary in CLIP's order: bytes, bytes that end a word, merges, start, end. */
function clipVocabulary(): Record<string, number> {
  const isPlain = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const bytes = [...Array(256).keys()];
  const others = bytes.filter((byte) => !isPlain(byte));
  const letters = [
    ...bytes.filter(isPlain).map((byte) => String.fromCharCode(byte)),
    ...others.map((_, i) => String.fromCharCode(256 + i)),
  ];
  const ends = letters.map((letter) => `${letter}</w>`);
  const words = [...letters, ...ends, ...MERGES.map((merge) => merge.replace(' ', ''))];
  return Object.fromEntries([...words, START, END].map((word, id) => [word, id]));
}

export const VOCABULARY: Record<string, number> = clipVocabulary();

const TOWER = { width: TINY.width, layers: 2, heads: 2, mlp: 16, epsilon: 1e-5 } as const;

export const TINY_TEXT: ClipTextConfig = {
  ...TOWER,
  ...{ vocabulary: VOCABULARY[END] + 1, maxLength: 60, endToken: VOCABULARY[END] },
};

export const TINY_IMAGE: ClipVisionConfig = { ...TOWER, side: 16, patch: 8, channels: 3 };

export const START_TOKEN: number = VOCABULARY[START];

/** Random weights of every part, under the names that it is published with. */
export const PUBLISHED: Readonly<Record<string, Map<string, Tensor>>> = {
  text: randomWeights([clipTextGraph(TINY_TEXT)], 21),
  image: randomWeights([clipVisionGraph(TINY_IMAGE)], 22),
  vae: randomWeights([vaeEncoderGraph(TINY_VAE), vaeDecoderGraph(TINY_VAE)], 23),
  unet: randomWeights([denoiserGraph(TINY_UNET)], 24),
  uVit: randomWeights([denoiserGraph(TINY_U_VIT)], 25),
  bart: randomWeights([...Object.values(bartGraphs(TINY_BART)), bartInTraining()], 26),
  prior: randomWeights([priorGraph(TINY_PRIOR)], 27),
};

/** With the queries and keys of the cross-attention, which published files have. */
function bartInTraining(): Graph {
  const graph = new Graph('inference');
  const [ids, mask] = ['ids', 'mask'].map((name) => graph.input(name, 'int64', [1, 8]));
  const memory = bartEncoder(ids, mask, TINY_BART);
  graph.output('logits', bartDecoder(ids, memory, TINY_BART, { mask, crossAttention: 'full' }));
  return graph;
}

/** Puts something before each name. */
export function prefixed(prefix: string, weights: ReadonlyMap<string, Tensor>): [string, Tensor][] {
  return [...weights].map(([name, tensor]) => [prefix + name, tensor]);
}

/** Writes a checkpoint. */
export async function writeCheckpoint(
  path: string,
  entries: Iterable<readonly [string, Tensor]>,
): Promise<string> {
  await writeSafetensors(path, new Map(entries));
  return path;
}

/** Writes CLIP's two files of a tokenizer. */
export async function writeTokenizer(
  folder: string,
): Promise<{ readonly vocabulary: string; readonly merges: string }> {
  await mkdir(folder, { recursive: true });
  const [vocabulary, merges] = ['vocab.json', 'merges.txt'].map((file) => join(folder, file));
  await writeFile(vocabulary, JSON.stringify(VOCABULARY));
  await writeFile(merges, `#version: 0.2\n${MERGES.join('\n')}\n`);
  return { vocabulary, merges };
}

export const meta = (name: string): typeof META & { readonly name: string } => ({ ...META, name });

const positionIds: Tensor = { type: 'int64', dims: [1, 2], data: BigInt64Array.of(0n, 1n) };
const scalar: Tensor = { type: 'float32', dims: [], data: Float32Array.of(4.6) };

/** Converts encoders from files as they are published. */
export async function convertTinyEncoders(root: string): Promise<ModelFolder> {
  return await convertEncoders({
    out: `${root}/irgen-encoders`,
    text: await writeCheckpoint(`${root}/text.safetensors`, [
      ...PUBLISHED.text,
      ['text_model.embeddings.position_ids', positionIds],
    ]),
    // A whole CLIP, of which only the vision tower is taken.
    image: await writeCheckpoint(`${root}/clip.safetensors`, [
      ...PUBLISHED.image,
      ...PUBLISHED.text,
      ['vision_model.embeddings.position_ids', positionIds],
      ['logit_scale', scalar],
    ]),
    tokenizer: await writeTokenizer(root),
    configs: { text: TINY_TEXT, image: TINY_IMAGE },
    storage: 'float32',
    meta: meta('tiny-clip'),
  });
}

/** Where {@link convertTinySet} wrote what. */
export interface ConvertedSet {
  readonly model: string;
  readonly encoders: string;
}

/** Converts a whole set from checkpoints that hold other parts, too. */
export async function convertTinySet(root: string): Promise<ConvertedSet> {
  await mkdir(root, { recursive: true });
  const encoders = (await convertTinyEncoders(root)).path;
  const model = join(root, 'cxr-irgen');
  const lightning = await writeCheckpoint(`${root}/sd.ckpt`, [
    ...prefixed('denoiser.', PUBLISHED.unet),
    ...prefixed('autoencoder.', PUBLISHED.vae),
    ...prefixed('text_encoder.', PUBLISHED.text),
  ]);
  const storage = 'float32' as const;
  const vae = (
    await convertVae({
      ...{ checkpoint: lightning, out: join(model, 'vae'), config: TINY_VAE, storage },
      meta: meta('tiny-sd-vae'),
    })
  ).path;
  const common = { encoders, vae, storage } as const;
  await convertVision({
    ...{ ...common, checkpoint: lightning, out: join(model, 'vision-sd-unet') },
    ...{ denoiser: TINY_UNET, meta: meta('tiny-sd') },
  });
  await convertVision({
    ...{ ...common, checkpoint: await writeUVit(root), out: join(model, 'vision-u-vit') },
    ...{ denoiser: TINY_U_VIT, meta: meta('tiny-u-vit') },
  });
  const language = await convertLanguage({
    checkpoint: await writeCheckpoint(`${root}/bart.ckpt`, prefixed('model.', PUBLISHED.bart)),
    ...{ out: join(model, 'language'), config: TINY_BART, storage, meta: meta('tiny-bart') },
    tokenizer: trainByteBpe(['The lungs are clear.'], {
      vocabulary: TINY_BART.vocabulary,
      ...{ specialTokens: ['<s>', '<pad>', '</s>'], padToken: '<pad>' },
      template: ['<s>', '</s>'],
    }),
  });
  await convertPrior({
    checkpoint: await writeCheckpoint(`${root}/prior.ckpt`, prefixed('vit.', PUBLISHED.prior)),
    ...{ out: join(model, 'prior'), config: TINY_PRIOR, storage, meta: meta('tiny-prior') },
    ...{ vae, language: language.path },
  });
  return { model, encoders };
}

/** A U-ViT with its classes and, under a name of its own, the layer before it. */
export async function writeUVit(root: string, layers = ['to_width']): Promise<string> {
  const { 'context_embed.weight': weight, 'context_embed.bias': bias } = Object.fromEntries(
    PUBLISHED.uVit,
  );
  const body = [...PUBLISHED.uVit].filter(([name]) => !name.startsWith('context_embed.'));
  return await writeCheckpoint(`${root}/u-vit-${layers.join('-')}.ckpt`, [
    ...prefixed('nnet.', new Map(body)),
    ['nnet.label_emb.weight', weight],
    ...prefixed('text_encoder.', PUBLISHED.text),
    ...layers.flatMap((layer): [string, Tensor][] => [
      [`${layer}.weight`, weight],
      [`${layer}.bias`, bias],
    ]),
  ]);
}
