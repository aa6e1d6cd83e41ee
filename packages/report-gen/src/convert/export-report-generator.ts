import { InvalidInputError, type TaskOptions, type Tensor } from '@cxrkit/core';
import {
  type GraphContents,
  type ModelFolder,
  type ModelFolderContents,
  writeModelFolder,
} from '@cxrkit/core/model';
import type { TokenizerJson } from '@cxrkit/core/tokenizer';
import { graphContents } from '@cxrkit/nn';
import { parseConfig, type ReportGeneratorConfig } from '../network/config.js';
import { inferenceGraphs } from '../network/graphs.js';
import { STAGE } from '../stage.js';

/** What a model folder says of itself beyond what its config tells. */
export type ReportGeneratorMeta = Pick<
  ModelFolderContents['manifest'],
  'name' | 'version' | 'licence' | 'provenance' | 'scores' | 'card' | 'intendedUse'
>;

/** What {@link exportReportGenerator} takes. */
export interface ExportReportGeneratorOptions extends TaskOptions {
  /** Model folder to write; an older one is replaced. */
  readonly out: string;
  /** float32, by checkpoint key; more than the graphs need is harmless. */
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly config: ReportGeneratorConfig;
  readonly tokenizer: TokenizerJson;
  readonly meta: ReportGeneratorMeta;
  /** How weights are stored; they are float32 again when loaded. @defaultValue 'float16' */
  readonly storage?: 'float32' | 'float16' | undefined;
}

/**
 * Writes a report generator as a model folder: `classifiers.onnx`, `image_kv.onnx`, `lm_step.onnx`, `tokenizer.json`.
 *
 * @throws {@link InvalidInputError} if the config is not valid, a weight is missing or of another shape, or `out` holds something else.
 */
export async function exportReportGenerator({
  out,
  weights,
  config: given,
  tokenizer,
  meta,
  storage = 'float16',
  signal,
  onProgress,
}: ExportReportGeneratorOptions): Promise<ModelFolder> {
  const config = parseConfig(
    given,
    (problem) => new InvalidInputError('config', 'a valid configuration', problem),
  );
  const graphs: Record<string, GraphContents> = {};
  for (const [name, graph] of Object.entries(inferenceGraphs(config))) {
    signal?.throwIfAborted();
    graphs[name] = graphContents(name, graph, weights, storage);
  }
  const contents: ModelFolderContents = {
    manifest: {
      ...meta,
      stage: STAGE,
      architecture: { ...config },
      preprocessing: {},
      thresholds: {
        selection: config.selectionThreshold,
        abnormality: config.abnormalityThreshold,
      },
      tokenizer: 'tokenizer',
      notAMedicalDevice: true,
    },
    graphs,
    files: {
      tokenizer: {
        file: 'tokenizer.json',
        bytes: new TextEncoder().encode(`${JSON.stringify(tokenizer)}\n`),
      },
    },
  };
  return await writeModelFolder(out, contents, { signal, onProgress });
}
