import type { TaskOptions } from '@cxrkit/core';
import type { ModelFolder } from '@cxrkit/core/model';
import type { TokenizerJson } from '@cxrkit/core/tokenizer';
import { BART_BASE, type BartConfig, bartGraphs } from '../network/index.js';
import { type ExportLanguageOptions, exportLanguage } from './export-language.js';
import { BART_NAMES } from './published-names.js';
import { readTokenizerJson } from './read-json.js';
import { type CheckpointSource, readPart } from './read-part.js';

/** What {@link convertLanguage} takes. */
export interface ConvertLanguageOptions
  extends TaskOptions,
    Pick<ExportLanguageOptions, 'out' | 'meta' | 'storage'> {
  /** A file with Hugging Face's `BartForConditionalGeneration`. */
  readonly checkpoint: CheckpointSource;
  /** `tokenizer.json` of `facebook/bart-base`, or its path. */
  readonly tokenizer: string | TokenizerJson;
  /** @defaultValue {@link BART_BASE} */
  readonly config?: BartConfig;
}

/**
 * Converts the language module of CXR-IRGen to a model folder of stage `irgen-language`.
 *
 * @throws As {@link convertEncoders}.
 */
export async function convertLanguage(options: ConvertLanguageOptions): Promise<ModelFolder> {
  const { checkpoint, out, meta, storage, config = BART_BASE, signal, onProgress } = options;
  const task = { signal, onProgress };
  const tokenizer =
    typeof options.tokenizer === 'string'
      ? await readTokenizerJson<TokenizerJson>(options.tokenizer)
      : options.tokenizer;
  const graphs = Object.values(bartGraphs(config));
  const weights = await readPart(checkpoint, graphs, BART_NAMES, task);
  return await exportLanguage({
    ...{ out, weights, config, tokenizer, meta, ...task },
    ...(storage && { storage }),
  });
}
