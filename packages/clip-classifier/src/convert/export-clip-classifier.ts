import { InvalidInputError, type TaskOptions, type Tensor } from '@cxrkit/core';
import { type ModelFolder, type ModelFolderContents, writeModelFolder } from '@cxrkit/core/model';
import type { TokenizerJson } from '@cxrkit/core/tokenizer';
import { graphContents } from '@cxrkit/nn';
import type { ClipConfig, ClipPreprocessing } from '../network/config.js';
import { imageGraph, textGraph } from '../network/graphs.js';

/** What a model folder says of itself beyond what its config tells. */
export type ClipMeta = Pick<
  ModelFolderContents['manifest'],
  'name' | 'version' | 'licence' | 'provenance' | 'scores' | 'card' | 'intendedUse' | 'labels'
>;

export interface ExportClipOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by checkpoint key, `logit_scale` included. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly config: ClipConfig;
  readonly preprocessing: ClipPreprocessing;
  readonly tokenizer: TokenizerJson;
  readonly meta: ClipMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a CLIP classifier as a model folder: `image.onnx`, `text.onnx`, `tokenizer.json`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportClipClassifier(options: ExportClipOptions): Promise<ModelFolder> {
  const {
    weights,
    config,
    preprocessing,
    tokenizer,
    storage = 'float16',
    signal,
    onProgress,
  } = options;
  const logScale = weights.get('logit_scale');
  if (!logScale) throw new InvalidInputError('weights', 'logit_scale among the weights', 'none');
  const graphs = {
    image: graphContents('image', imageGraph(config, preprocessing), weights, storage),
    text: graphContents('text', textGraph(config), weights, storage),
  };
  const manifest = {
    ...options.meta,
    stage: 'clip-classifier',
    architecture: { ...config },
    preprocessing: { ...preprocessing },
    thresholds: { temperature: Math.exp(Number(logScale.data[0])) },
    tokenizer: 'tokenizer',
    notAMedicalDevice: true as const,
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(tokenizer)}\n`);
  return await writeModelFolder(
    options.out,
    { manifest, graphs, files: { tokenizer: { file: 'tokenizer.json', bytes } } },
    { signal, onProgress },
  );
}
