import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError, type Tensor } from '@cxrkit/core';
import { readSafetensors, writeSafetensors } from '../checkpoint/index.js';
import type { TrainingStep } from './training-step.js';

const file = 'state.safetensors';

/**
 * Reads the state of a run: weights, moments and averages, and the number of updates done.
 *
 * @returns `undefined` if the folder holds none.
 * @throws {@link CheckpointError} if it belongs to another architecture or optimiser.
 */
export async function readTrainingState(
  folder: string,
  step: TrainingStep,
): Promise<{ readonly update: number; readonly tensors: Map<string, Tensor> } | undefined> {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = await readSafetensors(path);
  const wanted = new Map(
    [...step.parameters, ...step.state].map(([name, { dims }]) => [name, String(dims)]),
  );
  for (const [name, dims] of wanted)
    if (String(tensors.get(name)?.dims) !== dims)
      throw new CheckpointError(
        path,
        `${name} is missing or has another shape; it is of another configuration. Give a new run folder.`,
      );
  return { update: Number(metadata.update), tensors };
}

/** Writes the state atomically. */
export async function writeTrainingState(
  folder: string,
  update: number,
  tensors: Iterable<[string, Tensor]>,
): Promise<void> {
  await writeSafetensors(join(folder, file), tensors, { metadata: { update: String(update) } });
}
