import { readFile } from 'node:fs/promises';
import { ModelLoadError, type TaskOptions, type Tensor } from '@cxrkit/core';
import type { ModelFolder } from '@cxrkit/core/model';
import { createTokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import { assertKeys, float16ToFloat32, readCheckpoint } from '@cxrkit/nn/checkpoint';
import type { ReportGeneratorConfig } from '../network/config.js';
import { inferenceGraphs } from '../network/graphs.js';
import { exportReportGenerator, type ReportGeneratorMeta } from './export-report-generator.js';
import { inferConfig } from './infer-config.js';

/** What {@link convertReportGenerator} takes. */
export interface ConvertReportGeneratorOptions extends TaskOptions {
  /** RGRG's `.pt`, or safetensors with the same keys such as our own `weights.safetensors`. */
  readonly checkpoint: string;
  /** `tokenizer.json` of the decoder, or its path. */
  readonly tokenizer: string | TokenizerJson;
  /** Model folder to write. */
  readonly out: string;
  readonly meta: ReportGeneratorMeta;
  /** What the shapes cannot tell, such as `heads` that are not 64 wide. */
  readonly config?: Partial<ReportGeneratorConfig> | undefined;
  /** @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16' | undefined;
}

/**
 * The family of names that is read. RGRG stores the same GPT-2 tensors again under `language_model.gpt.`,
 * `language_model.gpt2_blocks.`, `language_model.{wte,wpe,lm_head,final_layernorm}.`; those are ignored, as are buffers.
 */
const FAMILY =
  /^(binary_classifier_region_(selection|abnormal)\.classifier|language_model\.(feature_space_transformation_nn|gpt_with_lm_head\.transformer))\..*\.(weight|bias)$/;

/**
 * Converts a checkpoint in RGRG's key names to a model folder; a full RGRG checkpoint's detector part is left alone.
 *
 * @throws {@link CheckpointError} if the file is damaged or of another architecture; {@link ModelLoadError} for an
 *   unreadable tokenizer; what {@link exportReportGenerator} throws.
 */
export async function convertReportGenerator({
  checkpoint,
  tokenizer: tokenizerOrPath,
  out,
  meta,
  config: overrides,
  storage,
  signal,
  onProgress,
}: ConvertReportGeneratorOptions): Promise<ModelFolder> {
  const tokenizer =
    typeof tokenizerOrPath === 'string' ? await readJson(tokenizerOrPath) : tokenizerOrPath;
  const task = { signal, onProgress };
  const read = await readCheckpoint(checkpoint, { names: (name) => FAMILY.test(name), ...task });
  const config = inferConfig(read.tensors, {
    metadata: read.metadata,
    tokenizer: createTokenizer(tokenizer),
    overrides,
    path: checkpoint,
  });
  const weights = new Map<string, Tensor>();
  const expected = parameterDims(config);
  // wpe is in RGRG's file and never used.
  for (const [name, tensor] of read.tensors)
    if (expected.has(name) || !name.endsWith('.wpe.weight')) weights.set(name, widen(tensor));
  assertKeys(weights, expected, checkpoint);
  return await exportReportGenerator({ out, weights, config, tokenizer, meta, storage, ...task });
}

function parameterDims(config: ReportGeneratorConfig): Map<string, readonly number[]> {
  const graphs = Object.values(inferenceGraphs(config));
  return new Map(
    graphs.flatMap(({ parameters }) => [...parameters].map(([name, { dims }]) => [name, dims])),
  );
}

function widen(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16') return tensor;
  const data = float16ToFloat32(tensor.data as Uint16Array);
  return { type: 'float32', dims: tensor.dims, data };
}

async function readJson(path: string): Promise<TokenizerJson> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as TokenizerJson;
  } catch (error) {
    throw new ModelLoadError(path, 'it is no readable tokenizer.json', error);
  }
}
