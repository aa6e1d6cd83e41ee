import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type GraphContents, type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import type { TokenizerJson } from '@cxrkit/core/tokenizer';
import { graphContents } from '@cxrkit/nn';
import type { BartConfig } from '../network/bart/config.js';
import { bartGraphs } from '../network/bart/graphs.js';
import type { PartMeta } from './part-meta.js';

/** What {@link exportLanguage} takes. */
export interface ExportLanguageOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by the keys of Hugging Face's `BartForConditionalGeneration`. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly config: BartConfig;
  readonly tokenizer: TokenizerJson;
  readonly meta: PartMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a language module as a model folder of stage `irgen-language`: `bart_encoder.onnx`, `bart_memory.onnx`,
 * `bart_step.onnx`, `tokenizer.json`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportLanguage(options: ExportLanguageOptions): Promise<ModelFolder> {
  const { out, weights, config, tokenizer, meta, storage = 'float16' } = options;
  const { signal, onProgress } = options;
  const graphs = Object.fromEntries(
    Object.entries(bartGraphs(config)).map(([name, graph]): [string, GraphContents] => [
      name,
      graphContents(name, graph, weights, storage),
    ]),
  );
  const manifest = {
    ...{ ...meta, stage: 'irgen-language', architecture: { ...config } },
    ...{ preprocessing: {}, tokenizer: 'tokenizer' },
    notAMedicalDevice: true as const,
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(tokenizer)}\n`);
  const files = { tokenizer: { file: 'tokenizer.json', bytes } };
  return await writeModelFolder(out, { manifest, graphs, files }, { signal, onProgress });
}
