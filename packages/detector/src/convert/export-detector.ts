import type { AnatomicalRegion, TaskOptions, Tensor } from '@cxrkit/core';
import { type ModelFolder, type ModelFolderContents, writeModelFolder } from '@cxrkit/core/model';
import { graphContents } from '@cxrkit/nn';
import type { DetectorConfig } from '../network/config.js';
import { roiGraph, trunkGraph } from '../network/graphs.js';

/** What a model folder says of itself beyond what its config tells. */
export type DetectorMeta = Pick<
  ModelFolderContents['manifest'],
  'name' | 'version' | 'licence' | 'provenance' | 'scores' | 'card' | 'intendedUse'
>;

export interface ExportDetectorOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by checkpoint key; more than the graphs need is harmless. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly config: DetectorConfig;
  /** Regions the weights were trained on; the others are reported as not detected. */
  readonly trainedRegions: readonly AnatomicalRegion[];
  readonly meta: DetectorMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a detector as a model folder: `trunk.onnx` (picture to feature map and proposals) and `roi.onnx` (boxes to
 * regions and features).
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportDetector(options: ExportDetectorOptions): Promise<ModelFolder> {
  const { weights, config, trainedRegions, storage = 'float16', signal, onProgress } = options;
  const graphs = {
    trunk: graphContents('trunk', trunkGraph(config), weights, storage),
    roi: graphContents('roi', roiGraph(config), weights, storage),
  };
  const manifest = {
    ...options.meta,
    stage: 'detector',
    architecture: { ...config },
    preprocessing: {
      side: config.side,
      mean: config.mean,
      deviation: config.deviation,
      resize: 'area',
      fit: 'letterbox',
    },
    labels: [...trainedRegions],
    notAMedicalDevice: true as const,
  };
  return await writeModelFolder(options.out, { manifest, graphs }, { signal, onProgress });
}
