import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type GraphContents, type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import { type Graph, graphContents } from '@cxrkit/nn';
import { visionGraph } from '../conditioning/conditioned-denoiser.js';
import { TYPICAL_LATENTS, typicalGraph } from '../conditioning/typical-latents.js';
import type { VisionNetwork } from '../conditioning/vision-network.js';
import type { ScaledLinearOptions } from '../diffusion/schedule.js';
import type { VisionArchitecture } from '../parts/architectures.js';
import type { PartMeta } from './part-meta.js';

/** What {@link exportVision} takes. */
export interface ExportVisionOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by the denoiser's keys, and `null_reference` where it is learned. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly network: VisionNetwork;
  /** `[C, s, s]`, the mean latents of the training pictures, with which images without a reference begin. @defaultValue none */
  readonly typicalLatents?: Tensor<'float32'>;
  /** The noise that it learned to take away. @defaultValue Stable Diffusion's */
  readonly schedule?: ScaledLinearOptions;
  /** `none` leaves prompts at their own length, up to `textLength`. @defaultValue 'max', which pads them to it */
  readonly promptPadding?: VisionArchitecture['promptPadding'];
  /** That is recommended. @defaultValue none */
  readonly guidance?: number;
  /** The encoders and the autoencoder whose conditions and latents it knows. */
  readonly trainedWith: VisionArchitecture['trainedWith'];
  readonly meta: PartMeta;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16';
}

/**
 * Writes a denoiser as a model folder of stage `irgen-vision`: `denoiser.onnx`, conditions and null within, and
 * `typical.onnx`.
 *
 * @throws {@link InvalidInputError} if a weight is missing or of another shape.
 */
export async function exportVision(options: ExportVisionOptions): Promise<ModelFolder> {
  const { out, weights, network, schedule = {}, trainedWith, meta } = options;
  const { typicalLatents, storage = 'float16', signal, onProgress } = options;
  const { promptPadding = 'max', guidance } = options;
  const isOpen = promptPadding === 'none';
  const manifest = {
    ...{ ...meta, stage: 'irgen-vision' },
    architecture: { ...network, schedule, ...(isOpen && { promptPadding }), trainedWith },
    ...(guidance !== undefined && { thresholds: { guidance } }),
    preprocessing: {},
    notAMedicalDevice: true as const,
  };
  const contents = (name: string, graph: Graph, values: typeof weights): GraphContents =>
    graphContents(name, graph, values, storage);
  const graphs = {
    denoiser: contents('denoiser', visionGraph(network, isOpen ? 'length' : undefined), weights),
    ...(typicalLatents && {
      typical: contents(
        'typical',
        typicalGraph(network),
        new Map([[TYPICAL_LATENTS, typicalLatents]]),
      ),
    }),
  };
  return await writeModelFolder(out, { manifest, graphs }, { signal, onProgress });
}
