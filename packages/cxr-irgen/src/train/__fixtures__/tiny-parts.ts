import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, type LabelledImage } from '@cxrkit/core';
import { encodePng } from '@cxrkit/core/image';
import { writeModelFolder } from '@cxrkit/core/model';
import { type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import {
  add,
  embedding,
  Graph,
  globalAveragePool,
  graphContents,
  conv2d,
  linear,
  reduceMean,
  relu,
  reshape,
} from '@cxrkit/nn';
import { initializeWeights } from '@cxrkit/nn/train';
import { writeFile } from 'node:fs/promises';
import type { PartMeta } from '../../convert/part-meta.js';
import { findingStates } from '../../conditioning/finding-states.js';
import { promptOf } from '../../prompt/index.js';
import type { BartConfig } from '../../network/bart/config.js';
import type { VaeConfig } from '../../network/vae/config.js';

/** Width of the tiny encoders' vectors. */
export const WIDTH = 8;
/** Tokens of a prompt. */
export const TEXT_LENGTH = 40;

export const TINY_VAE: VaeConfig = {
  imageChannels: 1,
  side: 32,
  channels: [4, 8, 8],
  layersPerLevel: 1,
  groups: 2,
  latentChannels: 2,
  latentScale: 1,
  attention: false,
};

export const TINY_BART: BartConfig = {
  ...{ vocabulary: 300, width: 16, encoderLayers: 1, decoderLayers: 1, heads: 2, mlp: 32 },
  ...{ positions: 48, epsilon: 1e-5, bosTokenId: 0, padTokenId: 1, eosTokenId: 2 },
  ...{ maxLength: 48, pooling: 'mean' },
};

export const META: PartMeta = {
  name: 'tiny',
  version: '0.0.1',
  licence: { weights: 'Apache-2.0', data: [] },
  provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
  scores: [],
  intendedUse: 'Tests.',
};

/** Pictures of a bright or a dark disc on a grey ground: with and without cardiomegaly. */
export async function writePictures(folder: string): Promise<LabelledImage[]> {
  await mkdir(folder, { recursive: true });
  const items: LabelledImage[] = [];
  for (let i = 0; i < 14; i++) {
    const random = createRandom(9, i);
    const isLarge = i % 2 === 0;
    const [side, radius] = [48, isLarge ? 18 : 8];
    const data = Uint8Array.from({ length: side * side }, (_, at) => {
      const distance = Math.hypot((at % side) - side / 2, Math.floor(at / side) - side / 2);
      return (distance < radius ? 200 : 80) + random.integer(12);
    });
    const image = join(folder, `${i}.png`);
    await writeFile(image, await encodePng({ width: side, height: side, data }));
    items.push({
      ...{ image, patient: String(i), source: 'discs', split: i < 10 ? 'train' : 'val' },
      findings: { Cardiomegaly: isLarge ? 1 : 0, Pneumothorax: 0, 'No Finding': isLarge ? 0 : 1 },
    });
  }
  return items;
}

export function bpe(texts: readonly string[], vocabulary: number): TokenizerJson {
  return trainByteBpe(texts, {
    vocabulary,
    ...{ specialTokens: ['<s>', '<pad>', '</s>'], template: ['<s>', '</s>'], padToken: '<pad>' },
  });
}

/** Writes encoders with drawn weights in the form of a CLIP classifier. */
export async function writeEncoders(out: string, items: readonly LabelledImage[]): Promise<string> {
  const prompts = items.map(({ findings }) => promptOf(findingStates(findings)));
  const tokenizer = bpe(prompts, 290);
  const image = new Graph('inference');
  const pixels = image.input('pixel_values', 'float32', ['B', 1, 16, 16]);
  const map = relu(conv2d(pixels, 'conv', WIDTH, 3, { stride: 2, padding: 1 }));
  image.output('embedding', reshape(globalAveragePool(map), ['B', WIDTH]));
  const text = new Graph('inference');
  const ids = text.input('input_ids', 'int64', ['B', 'L']);
  const mask = text.input('attention_mask', 'int64', ['B', 'L']);
  const states = linear(embedding(ids, 'words', 300, WIDTH), 'states', WIDTH);
  text.output('last_hidden_state', states);
  const seen = embedding(mask, 'mask', 2, WIDTH);
  text.output('embedding', reduceMean(add(states, seen), { axes: [1] }));
  const contents = [image, text].map((graph, i) =>
    graphContents(
      ['image', 'text'][i],
      graph,
      initializeWeights(graph.parameters, 4),
      'float32',
    ),
  );
  const manifest = {
    ...{ ...META, stage: 'clip-classifier', architecture: { text: { maxLength: TEXT_LENGTH } } },
    ...{ preprocessing: { side: 16, mean: [0.5], deviation: [0.25] }, tokenizer: 'tokenizer' },
    notAMedicalDevice: true as const,
  };
  const bytes = new TextEncoder().encode(JSON.stringify(tokenizer));
  const files = { tokenizer: { file: 'tokenizer.json', bytes } };
  await writeModelFolder(out, { manifest, graphs: { image: contents[0], text: contents[1] }, files });
  return out;
}
