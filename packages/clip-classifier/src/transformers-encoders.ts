import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelLoadError, type Tensor, type Tensors } from '@cxrkit/core';
import type { OnnxRuntime, OnnxSession } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { z } from 'zod';
import type { ClipEncoders, EncodeOptions } from './encoders.js';
import { preprocess } from './preprocess.js';
import { normalized } from './vectors.js';

const configSchema = z.looseObject({
  model_type: z.enum(['clip', 'siglip']),
  text_config: z.looseObject({ max_position_embeddings: z.int().positive().optional() }).optional(),
});

const preprocessorSchema = z.looseObject({
  size: z.union([
    z.int(),
    z.object({ shortest_edge: z.int() }),
    z.object({ height: z.int(), width: z.int() }),
  ]),
  image_mean: z.array(z.number()),
  image_std: z.array(z.number()),
});

/** CLIP's and SigLIP's default lengths, where the config does not say. */
const DEFAULT_LENGTH = { clip: 77, siglip: 64 } as const;

/**
 * Opens the encoders of a transformers.js CLIP or SigLIP folder, without transformers.js. Pictures are resized by the
 * shorter side and cropped.
 *
 * @throws {@link ModelLoadError} if a file is missing or the folder holds another kind of model.
 */
export async function transformersEncoders(
  path: string,
  runtime: OnnxRuntime,
  signal?: AbortSignal,
): Promise<ClipEncoders> {
  const config = await readJson(path, 'config.json', configSchema);
  const processor = await readJson(path, 'preprocessor_config.json', preprocessorSchema);
  const tokenizer = await loadTokenizer(join(path, 'tokenizer.json'));
  const options = signal ? { signal } : {};
  const image = await runtime.load(join(path, 'onnx', 'vision_model.onnx'), options);
  const text = await runtime.load(join(path, 'onnx', 'text_model.onnx'), options);
  const maxLength =
    config.text_config?.max_position_embeddings ?? DEFAULT_LENGTH[config.model_type];
  const preprocessing = {
    side: sideOf(processor.size),
    mean: processor.image_mean,
    deviation: processor.image_std,
  };
  return {
    id: path,
    temperature: undefined,
    maxLength,
    encodeImage: async (picture, { signal: stop }: EncodeOptions = {}) => {
      const outputs = await image.run(
        { pixel_values: preprocess(picture, preprocessing) },
        stop ? { signal: stop } : {},
      );
      const embedding = vectorOf(outputs, ['image_embeds', 'pooler_output'], path);
      return { embedding: normalized(embedding), features: embedding };
    },
    encodeTexts: async (texts, { signal: stop }: EncodeOptions = {}) => {
      const { feeds, truncated } = textFeeds(tokenizer, texts, maxLength, text);
      const outputs = await text.run(feeds, stop ? { signal: stop } : {});
      const all = vectorOf(outputs, ['text_embeds', 'pooler_output'], path);
      const width = all.length / texts.length;
      return {
        truncated,
        embeddings: texts.map((_, i) => normalized(all.slice(i * width, (i + 1) * width))),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([image.dispose(), text.dispose()]);
    },
  };
}

function textFeeds(
  tokenizer: Tokenizer,
  texts: readonly string[],
  maxLength: number,
  session: OnnxSession,
): { feeds: Record<string, Tensor>; truncated: readonly number[] } {
  const { ids, mask, truncated } = tokenizer.encodeBatch(texts, { maxLength, padding: 'max' });
  const hasMask = session.inputs.some(({ name }) => name === 'attention_mask');
  return { truncated, feeds: { input_ids: ids, ...(hasMask && { attention_mask: mask }) } };
}

function vectorOf(outputs: Tensors, names: readonly string[], path: string): Float32Array {
  const name = names.find((candidate) => candidate in outputs);
  if (name === undefined)
    throw new ModelLoadError(
      path,
      `its graph gives ${Object.keys(outputs)}, expected one of ${names}`,
    );
  return outputs[name].data as Float32Array;
}

function sideOf(size: z.infer<typeof preprocessorSchema>['size']): number {
  if (typeof size === 'number') return size;
  return 'shortest_edge' in size ? size.shortest_edge : size.height;
}

async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(folder, file);
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is missing or no JSON';
    throw new ModelLoadError(path, reason, cause);
  }
}
