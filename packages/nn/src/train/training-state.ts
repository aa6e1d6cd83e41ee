import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, firstDifference, type Tensor } from '@cxrkit/core';
import { readSafetensors, writeSafetensors } from '../checkpoint/index.js';
import type { TrainingStep } from './training-step.js';

const file = 'state.safetensors';

/** What makes two runs the same besides their tensors. */
export interface RunIdentity {
  readonly step: TrainingStep;
  readonly seed: number;
  /** Further settings by name. */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
}

/**
 * Reads the state of a run: weights, moments and averages, and the number of updates done.
 *
 * @returns `undefined` if the folder holds none.
 * @throws {@link CheckpointError} if it belongs to another architecture, optimiser, accumulation or seed.
 */
export async function readTrainingState(
  folder: string,
  identity: RunIdentity,
): Promise<{ readonly update: number; readonly tensors: Map<string, Tensor> } | undefined> {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = await readSafetensors(path);
  const difference =
    findTensorDifference(tensors, identity.step) ?? findSettingDifference(metadata, identity);
  if (difference !== undefined)
    throw new CheckpointError(
      path,
      `${difference}; it is of another configuration. Give a new run folder.`,
    );
  const update = Number(metadata.update);
  if (metadata.update === undefined || !Number.isInteger(update) || update < 0)
    throw new CheckpointError(path, `it does not say after which update it was written`);
  return { update, tensors };
}

function findTensorDifference(
  tensors: ReadonlyMap<string, Tensor>,
  step: TrainingStep,
): string | undefined {
  const wanted = new Map<string, { readonly dims: readonly number[] }>([
    ...step.parameters,
    ...step.state,
  ]);
  for (const [name, { dims }] of wanted) {
    const found = tensors.get(name);
    if (!found) return `${name} is missing`;
    if (String(found.dims) !== String(dims))
      return `${name} has dims [${found.dims}] instead of [${dims}]`;
  }
  const stranger = [...tensors.keys()].find((name) => !wanted.has(name));
  return stranger === undefined ? undefined : `${stranger} has no place in this run`;
}

// States written before a setting was recorded are taken on trust; before a rule within one, it was off.
function findSettingDifference(
  metadata: Readonly<Record<string, string>>,
  identity: RunIdentity,
): string | undefined {
  for (const [name, wanted] of Object.entries(settings(identity))) {
    const there = metadata[name];
    if (there === undefined) continue;
    const found = firstDifference(parsed(wanted), parsed(there));
    if (found === undefined) continue;
    const place = found.path === '' ? name : `${name}.${found.path}`;
    return `${place} was ${shown(found.other)} and is now ${shown(found.own)}`;
  }
  return undefined;
}

/** Settings that are objects are stored as JSON. */
function parsed(setting: string): unknown {
  try {
    return JSON.parse(setting);
  } catch {
    return setting;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function settings({ step, seed, settings: more = {} }: RunIdentity): Record<string, string> {
  const named = Object.entries(more).map(([name, value]) => [name, String(value)]);
  return {
    ...Object.fromEntries(named),
    ...{ seed: String(seed), accumulate: String(step.accumulate) },
  };
}

/** Writes the state atomically. */
export async function writeTrainingState(
  folder: string,
  update: number,
  identity: RunIdentity,
  tensors: Iterable<[string, Tensor]>,
): Promise<void> {
  const metadata = { update: String(update), ...settings(identity) };
  await writeSafetensors(join(folder, file), tensors, { metadata });
}
