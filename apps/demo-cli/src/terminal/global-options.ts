import type { Device } from '@cxrkit/core/onnx';
import { type Command, Option } from 'commander';
import type { ModelSources } from '../pipeline/model-sources.js';
import { modelSource, wholeNumber } from './parse-options.js';

/** Options every command takes, before or after its name. */
export interface GlobalOptions {
  readonly models?: ModelSources;
  readonly device: Device;
  readonly threads?: number;
  readonly seed?: number;
  readonly offline?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Adds the {@link GlobalOptions}. */
export function addGlobalOptions(program: Command): Command {
  return program
    .addOption(
      new Option(
        '--models <source>',
        'folder with detector, report-gen and clip-classifier; or npm:package, hf:owner/name[@revision]; or stage=source, once a stage (default: the mini models)',
      ).argParser(modelSource),
    )
    .addOption(
      new Option('--device <device>', 'where the models run')
        .choices(['auto', 'cpu', 'cuda', 'webgpu'])
        .default('auto'),
    )
    .option('--threads <n>', 'cores to use (default: all)', wholeNumber(1))
    .option('--seed <n>', 'of whatever is random (default: 0)', wholeNumber(0))
    .option('--offline', 'never ask the network; hf: models come from the cache')
    .option('--json', 'one JSON object a line on standard output, and nothing else there')
    .option('-q, --quiet', 'no progress, no notes; errors still show');
}

/** @returns The options that loading takes. */
export function pipelineOptions({ models, device, threads, offline }: GlobalOptions): {
  models?: ModelSources;
  device: Device;
  threads?: number;
  offline?: boolean;
} {
  return {
    device,
    ...(models !== undefined && { models }),
    ...(threads !== undefined && { threads }),
    ...(offline !== undefined && { offline }),
  };
}
