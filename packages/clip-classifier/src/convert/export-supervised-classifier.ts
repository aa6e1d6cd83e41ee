import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import { graphContents } from '@cxrkit/nn';
import type { ClipPreprocessing } from '../network/config.js';
import { type SupervisedConfig, supervisedGraph } from '../supervised/network.js';
import type { ClipMeta } from './export-clip-classifier.js';

export interface ExportSupervisedOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by checkpoint key. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly config: SupervisedConfig;
  readonly preprocessing: ClipPreprocessing;
  readonly meta: ClipMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a supervised classifier as a model folder with one graph, `image.onnx`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportSupervisedClassifier(
  options: ExportSupervisedOptions,
): Promise<ModelFolder> {
  const { out, weights, config, preprocessing, meta, storage = 'float16' } = options;
  const { signal, onProgress } = options;
  const image = graphContents('image', supervisedGraph(config, preprocessing), weights, storage);
  const manifest = {
    ...meta,
    labels: config.labels,
    stage: 'supervised-classifier',
    architecture: { ...config },
    preprocessing: { ...preprocessing },
    notAMedicalDevice: true as const,
  };
  return await writeModelFolder(
    out,
    { manifest, graphs: { image }, files: {} },
    { signal, onProgress },
  );
}
