import type { TaskOptions } from '@cxrkit/core';
import type { ModelFolder } from '@cxrkit/core/model';
import {
  CLIP_VIT_B32,
  type ClipTextConfig,
  type ClipVisionConfig,
  clipTextGraph,
  clipVisionGraph,
  SD_TEXT_ENCODER,
} from '../network/index.js';
import { type ClipTokenizerFiles, clipTokenizer } from './clip-tokenizer.js';
import { type ExportEncodersOptions, exportEncoders } from './export-encoders.js';
import { CLIP_TEXT_NAMES, CLIP_VISION_NAMES } from './published-names.js';
import { type CheckpointSource, readPart } from './read-part.js';

/** What {@link convertEncoders} takes. */
export interface ConvertEncodersOptions
  extends TaskOptions,
    Pick<ExportEncodersOptions, 'out' | 'meta' | 'storage' | 'preprocessing'> {
  /** A file with Hugging Face's `CLIPTextModel`, such as `text_encoder/model.safetensors` of Stable Diffusion v1-4. */
  readonly text: CheckpointSource;
  /** A file with Hugging Face's `CLIPVisionModel`, such as that of `openai/clip-vit-base-patch32`. */
  readonly image: CheckpointSource;
  /** Of the text tower. */
  readonly tokenizer: ClipTokenizerFiles;
  /** @defaultValue {@link SD_TEXT_ENCODER}, {@link CLIP_VIT_B32} */
  readonly configs?: { readonly text?: ClipTextConfig; readonly image?: ClipVisionConfig };
}

/**
 * Converts the frozen encoders of CXR-IRGen, the text tower of one CLIP and the vision tower of another, to a model folder
 * of stage `irgen-encoders`.
 *
 * @throws {@link CheckpointError} if a file is damaged or of another architecture; {@link ModelLoadError} for an unreadable
 *   tokenizer; {@link InvalidInputError} for one of another model, or where `prefix` must be given.
 */
export async function convertEncoders(options: ConvertEncodersOptions): Promise<ModelFolder> {
  const { out, meta, storage, preprocessing, configs = {}, signal, onProgress } = options;
  const { text = SD_TEXT_ENCODER, image = CLIP_VIT_B32 } = configs;
  const task = { signal, onProgress };
  const tokenizer = await clipTokenizer(options.tokenizer, text);
  const weights = new Map([
    ...(await readPart(options.text, [clipTextGraph(text)], CLIP_TEXT_NAMES, task)),
    ...(await readPart(options.image, [clipVisionGraph(image)], CLIP_VISION_NAMES, task)),
  ]);
  return await exportEncoders({
    ...{ out, text, image, weights, tokenizer, meta, ...task },
    ...(storage && { storage }),
    ...(preprocessing && { preprocessing }),
  });
}
