import { CheckpointError, InvalidInputError, type TaskOptions, type Tensor } from '@cxrkit/core';
import type { Graph } from '@cxrkit/nn';
import {
  assertKeys,
  float16ToFloat32,
  type NameFilter,
  readCheckpoint,
  renameKeys,
} from '@cxrkit/nn/checkpoint';
import type { PublishedNames } from './published-names.js';

/** A checkpoint of which a part is read. */
export interface PartCheckpoint {
  /** safetensors or a PyTorch file (`.bin`, `.pt`, `.pth`, Lightning's `.ckpt`), told apart by content. */
  readonly file: string;
  /** What stands before the names of the part, such as `unet.`. @defaultValue found by itself */
  readonly prefix?: string | undefined;
}

/** A path, or a {@link PartCheckpoint}. */
export type CheckpointSource = string | PartCheckpoint;

/** @returns The source with its fields. */
export function partCheckpoint(source: CheckpointSource): PartCheckpoint {
  return typeof source === 'string' ? { file: source } : source;
}

/**
 * Reads the weights of one part of a checkpoint as float32, under our names, whatever else the file holds.
 *
 * @param graphs - That take them.
 * @throws {@link CheckpointError} if the file is damaged, has no such part or one of other sizes;
 *   {@link InvalidInputError} if it has several and `prefix` does not say which.
 */
export async function readPart(
  source: CheckpointSource,
  graphs: readonly Graph[],
  names: PublishedNames,
  task: TaskOptions = {},
): Promise<Map<string, Tensor>> {
  const { file } = partCheckpoint(source);
  const prefix = await partPrefix(source, names, task);
  const { family, ignored } = names;
  const own = await readFloats(file, prefix, task, (name) => {
    const rest = name.slice(prefix.length);
    return name.startsWith(prefix) && family.test(rest) && !ignored?.test(rest);
  });
  const weights = renameKeys(own, names.rules ?? []);
  const expected = graphs.flatMap(({ parameters }) =>
    [...parameters].map(([name, { dims }]) => [name, dims] as const),
  );
  assertKeys(weights, new Map(expected), file);
  return weights;
}

/** Reads tensors as float32; `prefix` is taken from the names that begin with it. */
export async function readFloats(
  file: string,
  prefix: string,
  task: TaskOptions,
  names: NameFilter,
): Promise<Map<string, Tensor>> {
  const { tensors } = await readCheckpoint(file, { names, ...task });
  const floats = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    floats.set(name.startsWith(prefix) ? name.slice(prefix.length) : name, single(tensor));
    tensors.delete(name);
  }
  return floats;
}

function single(tensor: Tensor): Tensor {
  const { type, dims, data } = tensor;
  if (type === 'float16')
    return { type: 'float32', dims, data: float16ToFloat32(data as Uint16Array) };
  if (type === 'float64')
    return { type: 'float32', dims, data: Float32Array.from(data as Float64Array) };
  return tensor;
}

/** Finds what stands before the names of a part, by its anchor; reads no weight. */
async function partPrefix(
  source: CheckpointSource,
  { anchor }: PublishedNames,
  { signal }: TaskOptions,
): Promise<string> {
  const { file, prefix } = partCheckpoint(source);
  const found: string[] = [];
  await readCheckpoint(file, {
    signal,
    names: (name) => {
      const before = name.slice(0, -anchor.length);
      if (name.endsWith(anchor) && /(^|\.)$/.test(before)) found.push(before);
      return false;
    },
  });
  if (prefix !== undefined ? found.includes(prefix) : found.length === 1) return prefix ?? found[0];
  const choices = found.map((before) => JSON.stringify(before)).join(', ');
  if (found.length === 0)
    throw new CheckpointError(
      file,
      `no weight of it is called ${anchor}, or so after a point: it does not hold this part, or under other names.`,
    );
  throw new InvalidInputError('prefix', `one of ${choices}`, prefix);
}
