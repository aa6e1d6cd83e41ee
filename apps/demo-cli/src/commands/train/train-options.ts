import { readFile } from 'node:fs/promises';
import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import type { Device } from '@cxrkit/core/onnx';
import type { Command } from 'commander';
import { z } from 'zod';
import { readDataset } from '../../datasets/read-dataset.js';
import type { TrainingImage } from '../../datasets/training-image.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { positiveNumber, wholeNumber } from '../../terminal/parse-options.js';

/** Options of the trainings; a training that does not take one refuses it. */
export interface TrainCommandOptions extends GlobalOptions {
  readonly data: readonly string[];
  readonly out: string;
  readonly config?: string;
  readonly init?: string;
  readonly teacher?: string;
  readonly arch?: 'u-vit' | 'sd-unet';
  readonly cache?: string;
  readonly runFolder?: string;
  readonly updates: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly checkpointEvery?: number;
  readonly stepsPerRun?: number;
  readonly name?: string;
}

/** How large batches and steps are where no option says it: of the small configs, and of a config's preset `faithful`. */
export interface PaceDefaults {
  readonly batchSize: string;
  readonly learningRate: string;
}

/** Adds the options that every training takes. */
export function addTrainOptions(command: Command, updates: number, pace?: PaceDefaults): Command {
  const byDefault = (value: string | undefined): string =>
    value === undefined ? '' : ` (default: ${value})`;
  return command
    .requiredOption(
      '--data <folders...>',
      'data sets: folders with manifest.jsonl, or such files (docs/cli.md)',
    )
    .requiredOption('-o, --out <path>', 'what to write at the end')
    .option(
      '--run-folder <folder>',
      'state, curve.jsonl and curve.svg; a run that was stopped goes on from here (default: <out>.run)',
    )
    .option('--updates <n>', 'weight updates', wholeNumber(1), updates)
    .option('--batch-size <n>', `pictures a batch${byDefault(pace?.batchSize)}`, wholeNumber(1))
    .option('--learning-rate <rate>', `its peak${byDefault(pace?.learningRate)}`, positiveNumber);
}

/** Adds the options of a training that makes a model folder. */
export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'sizes of the network as JSON (docs/cli.md; default: small sizes for two cores)',
    )
    .option('--checkpoint-every <n>', 'updates between checkpoints (default: 200)', wholeNumber(1))
    .option('--name <name>', 'name of the model (default: that of its folder)');
}

/** Adds the option of a training whose batches do not depend on the weights. */
export function addStepsOption(command: Command): Command {
  return command.option(
    '--steps-per-run <n>',
    'updates in one run of the device; more than 1 pays on cuda (docs/full-size-training.md; default: 1)',
    wholeNumber(1),
  );
}

/** Adds the option of a training that may start from weights. */
export function addInitOption(command: Command): Command {
  return command.option(
    '--init <file>',
    'weights to start from, such as the state.safetensors of another run (safetensors or PyTorch); the config may say how foreign ones are named',
  );
}

/** Adds the option of a training that encodes its data first. */
export function addCacheOption(command: Command): Command {
  return command.option(
    '--cache <folder>',
    'where encoded data lie, which trainings may share (default: cache in the run folder)',
  );
}

/** @returns The options as every training verb takes them. */
export function runOptions(
  options: TrainCommandOptions,
  { signal, onProgress }: TaskOptions,
): {
  runFolder: string;
  updates: number;
  seed: number;
  device: Device;
  signal: AbortSignal | undefined;
  onProgress?: TaskOptions['onProgress'];
  threads?: number;
  learningRate?: number;
  checkpointEvery?: number;
  stepsPerRun?: number;
} {
  const { out, runFolder = `${out}.run`, updates, seed = 0, threads, device } = options;
  const { learningRate, checkpointEvery, stepsPerRun } = options;
  return {
    ...{ runFolder, updates, seed, signal },
    // Training is a matter of hours: a device is named, not guessed.
    device: device === 'auto' ? 'cpu' : device,
    ...(onProgress && { onProgress }),
    ...(threads !== undefined && { threads }),
    ...(learningRate !== undefined && { learningRate }),
    ...(checkpointEvery !== undefined && { checkpointEvery }),
    ...(stepsPerRun !== undefined && { stepsPerRun }),
  };
}

/**
 * Reads the data sets one after another.
 *
 * @throws {@link InvalidInputError} naming file and line.
 */
export async function readData(paths: readonly string[]): Promise<TrainingImage[]> {
  const sets: TrainingImage[][] = [];
  for (const path of paths) sets.push(await readDataset(path));
  return sets.flat();
}

/**
 * Reads the file of `--config`.
 *
 * @returns `fallback` where none is given.
 * @throws {@link InvalidInputError} that says what does not fit.
 */
export async function readConfig<T>(
  path: string | undefined,
  schema: z.ZodType<T>,
  fallback: T,
): Promise<T> {
  if (path === undefined) return fallback;
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new InvalidInputError('--config', 'a JSON file', path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidInputError('--config', 'a JSON file', path);
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new InvalidInputError('--config', 'fitting sizes', z.prettifyError(result.error));
  return result.data;
}
