import type { LabelledImage, Tensor, Tensors } from '@cxrkit/core';
import { createRandom, float32, int64 } from '@cxrkit/core';
import { createTokenizer, type TokenBatch, type TokenizerJson } from '@cxrkit/core/tokenizer';
import { BatchSampler } from '@cxrkit/nn/train';
import type { ClipPreprocessing } from '../network/config.js';
import { composeText, contrastiveTargets, textTargets } from './contrastive-text.js';
import { wordStatement } from './phrases.js';
import { labelTensors, viewTensor } from './view-tensors.js';
import { type AugmentOptions, PictureCache } from './views.js';

/** Plain data that a batch worker is started with. */
export interface ClipBatchData {
  readonly items: readonly LabelledImage[];
  readonly findings: readonly string[];
  readonly tokenizer: TokenizerJson;
  readonly preprocessing: ClipPreprocessing;
  readonly channels: 1 | 3;
  readonly augmentation: AugmentOptions;
  readonly batchSize: number;
  /** Tokens of a training text. */
  readonly textLength: number;
  /** Tokens of a prompt. */
  readonly promptLength: number;
  readonly mergeMatches: boolean;
  readonly shares: Readonly<Record<string, number>>;
  readonly mixSources: boolean;
  readonly seed: number;
}

/** Opens the batch maker: see `trainingGraph` for the names and shapes it gives. */
export async function openClipBatches(
  data: ClipBatchData,
): Promise<(index: number) => Promise<Tensors>> {
  const tokenizer = createTokenizer(data.tokenizer);
  const cache = new PictureCache(data.preprocessing.side);
  const sampler = new BatchSampler(
    data.items,
    data.batchSize,
    data.seed,
    data.shares,
    data.mixSources,
  );
  const encode = (texts: readonly string[], maxLength: number): TokenBatch =>
    tokenizer.encodeBatch(texts, { maxLength, padding: 'max' });
  return async (index) => {
    const items = sampler.items(index);
    const texts = [0, 1].map((view) =>
      items.map((item, row) => composeText(item, createRandom(data.seed, 11, index, row, view))),
    );
    const tokens = texts.map((list) =>
      encode(
        list.map(({ text }) => text),
        data.textLength,
      ),
    );
    const prompts = encode(promptTexts(data, index), data.promptLength);
    const square = (values: Float32Array): Tensor => float32(values, [items.length, items.length]);
    const merge = data.mergeMatches;
    return {
      pixel_values: await viewTensor(items, cache, index, { ...data, views: 2 }),
      input_ids: stack(tokens[0].ids, tokens[1].ids),
      attention_mask: stack(tokens[0].mask, tokens[1].mask),
      targets_1: square(contrastiveTargets(items, texts[0], merge)),
      targets_2: square(contrastiveTargets(items, texts[1], merge)),
      targets_text: square(textTargets(texts[0], texts[1], merge)),
      prompt_ids: prompts.ids,
      prompt_mask: prompts.mask,
      ...labelTensors(items, data.findings),
    };
  };
}

/** One positive and one negative prompt per finding, worded anew for every batch; positives first. */
function promptTexts({ findings, seed }: ClipBatchData, index: number): string[] {
  const random = createRandom(seed, 13, index);
  return [true, false].flatMap((present) =>
    findings.map((finding) => wordStatement({ finding, present }, random.integer)),
  );
}

function stack(a: Tensor<'int64'>, b: Tensor<'int64'>): Tensor<'int64'> {
  const data = new BigInt64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return int64(data, [a.dims[0] + b.dims[0], ...a.dims.slice(1)]);
}
