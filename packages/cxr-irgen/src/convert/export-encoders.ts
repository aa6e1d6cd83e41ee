import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import type { TokenizerJson } from '@cxrkit/core/tokenizer';
import { graphContents } from '@cxrkit/nn';
import {
  type ClipTextConfig,
  type ClipVisionConfig,
  clipTextGraph,
  clipVisionGraph,
} from '../network/index.js';
import type { PicturePreprocessing } from '../parts/architectures.js';
import type { PartMeta } from './part-meta.js';

/** What {@link exportEncoders} takes. */
export interface ExportEncodersOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** Of the text tower. */
  readonly text: ClipTextConfig;
  /** Of the vision tower, of another CLIP as a rule. */
  readonly image: ClipVisionConfig;
  /** float32, by the keys of Hugging Face's `CLIPTextModel` and `CLIPVisionModel`. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** That pads with the end token. */
  readonly tokenizer: TokenizerJson;
  /** How reference pictures become tensors. @defaultValue as CXR-IRGen: stretched, mean and deviation 0.5 */
  readonly preprocessing?: Partial<Omit<PicturePreprocessing, 'side'>>;
  readonly meta: PartMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes two towers of CLIP as a model folder of stage `irgen-encoders`: `text.onnx`, `image.onnx`, `tokenizer.json`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportEncoders(options: ExportEncodersOptions): Promise<ModelFolder> {
  const { out, text, image, weights, tokenizer, meta, storage = 'float16' } = options;
  const { preprocessing, signal, onProgress } = options;
  const half = new Array<number>(image.channels).fill(0.5);
  const manifest = {
    ...{ ...meta, stage: 'irgen-encoders', tokenizer: 'tokenizer' },
    architecture: { text, image, outputs: { text: 'pooler_output', reference: 'pooler_output' } },
    // QUIRK of CXR-IRGen: neither CLIP's crop nor its mean and deviation.
    preprocessing: {
      ...{ side: image.side, fit: 'stretch', mean: half, deviation: half },
      ...preprocessing,
    },
    notAMedicalDevice: true as const,
  };
  const graphs = {
    text: graphContents('text', clipTextGraph(text), weights, storage),
    image: graphContents('image', clipVisionGraph(image), weights, storage),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(tokenizer)}\n`);
  const files = { tokenizer: { file: 'tokenizer.json', bytes } };
  return await writeModelFolder(out, { manifest, graphs, files }, { signal, onProgress });
}
