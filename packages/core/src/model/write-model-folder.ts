import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '../errors.js';
import type { TaskOptions } from '../progress.js';
import {
  CARD_FILE,
  type FileEntry,
  type GraphEntry,
  MANIFEST_FILE,
  MODEL_FORMAT_VERSION,
  type ModelManifest,
  type TensorSignature,
} from './manifest.js';
import { modelCard } from './model-card.js';
import { type ModelFolder, modelFolder } from './model-folder.js';
import { checkManifest } from './parse-manifest.js';
import { isSafeModelFile } from './safe-path.js';
import { temporaryName } from './write-atomic.js';

/** Content of a file, whole or as a stream of chunks. */
export type FileBytes = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A file to be written under `file`, relative to the folder. */
export interface FileContents {
  readonly file: string;
  readonly bytes: FileBytes;
}

/** A graph to be written as `<name>.onnx`. */
export interface GraphContents {
  readonly bytes: FileBytes;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** `file` must be the location the graph itself names. */
  readonly externalData?: readonly FileContents[] | undefined;
}

/** Everything a model folder is made of; sizes and hashes are computed while writing. */
export interface ModelFolderContents {
  readonly manifest: Omit<ModelManifest, 'formatVersion' | 'graphs' | 'files'>;
  readonly graphs: Readonly<Record<string, GraphContents>>;
  readonly files?: Readonly<Record<string, FileContents>> | undefined;
}

/**
 * Writes a model folder with its manifest and card so that nobody ever sees half of it.
 *
 * Everything goes to `<path>.partial-<random>`, which then takes the name. An existing model folder is replaced: renamed
 * aside, and deleted only once the new one is in its place. What fails leaves the old one as it was.
 *
 * @param options - Progress in bytes written.
 * @throws {@link InvalidInputError} if `path` exists and is neither a model folder nor empty, or a file name is unsafe or double.
 * @throws {@link ModelLoadError} if the manifest breaks its schema.
 */
export async function writeModelFolder(
  path: string,
  contents: ModelFolderContents,
  options: TaskOptions = {},
): Promise<ModelFolder> {
  const target = resolve(path);
  checkFileNames(contents);
  await checkModelTarget(target);
  const partial = temporaryName(target, 'partial');
  try {
    await mkdir(partial, { recursive: true });
    const manifest = await writeContents(partial, contents, options);
    await replaceFolder(partial, target);
    return modelFolder(target, manifest);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function checkFileNames({ graphs, files = {} }: ModelFolderContents): void {
  const names = [
    ...Object.keys(graphs).map(graphFile),
    ...Object.values(graphs).flatMap(({ externalData = [] }) =>
      externalData.map(({ file }) => file),
    ),
    ...Object.values(files).map(({ file }) => file),
  ];
  for (const [index, name] of names.entries()) {
    if (!isSafeModelFile(name))
      throw new InvalidInputError('file', 'a relative path inside the model folder', name);
    if (names.indexOf(name) !== index)
      throw new InvalidInputError('file', 'a name of its own for each file', name);
  }
}

function graphFile(name: string): string {
  return `${name}.onnx`;
}

/**
 * Checks that a model may be written to a path, before hours are spent on it.
 *
 * @throws {@link InvalidInputError} if it exists and is neither a model folder nor empty.
 */
export async function checkModelTarget(target: string): Promise<void> {
  const stats = await lstat(target).catch(() => undefined);
  if (stats === undefined) return;
  const names = stats.isDirectory() ? await readdir(target) : undefined;
  if (names === undefined || (names.length > 0 && !names.includes(MANIFEST_FILE)))
    throw new InvalidInputError(
      'path',
      'a new, an empty or a model folder',
      target,
      'It holds something else, which is not overwritten; choose another path.',
    );
}

async function writeContents(
  folder: string,
  { manifest, graphs, files }: ModelFolderContents,
  options: TaskOptions,
): Promise<ModelManifest> {
  const write = fileWriter(folder, options);
  const graphEntries: Record<string, GraphEntry> = {};
  for (const [name, { bytes, inputs, outputs, externalData }] of Object.entries(graphs)) {
    const entry = await write({ file: graphFile(name), bytes });
    const data: FileEntry[] = [];
    for (const contents of externalData ?? []) data.push(await write(contents));
    graphEntries[name] = {
      ...entry,
      inputs,
      outputs,
      ...(data.length > 0 && { externalData: data }),
    };
  }
  const fileEntries: Record<string, FileEntry> = {};
  for (const [name, contents] of Object.entries(files ?? {}))
    fileEntries[name] = await write(contents);
  const draft = {
    formatVersion: MODEL_FORMAT_VERSION,
    ...manifest,
    graphs: graphEntries,
    ...(files && { files: fileEntries }),
  };
  const text = `${JSON.stringify(draft, null, 2)}\n`;
  // Checked as it will be read: what JSON cannot hold (NaN, undefined) must not pass.
  const checked = checkManifest(JSON.parse(text), folder);
  await writeFile(join(folder, CARD_FILE), modelCard(checked));
  await writeFile(join(folder, MANIFEST_FILE), text);
  return checked;
}

function fileWriter(
  folder: string,
  { signal, onProgress }: TaskOptions,
): (contents: FileContents) => Promise<FileEntry> {
  let completed = 0;
  return async ({ file, bytes }) => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    const hash = createHash('sha256');
    let size = 0;
    const handle = await open(path, 'wx');
    try {
      for await (const chunk of bytes instanceof Uint8Array ? slices(bytes) : bytes) {
        signal?.throwIfAborted();
        hash.update(chunk);
        await handle.writeFile(chunk);
        size += chunk.byteLength;
        completed += chunk.byteLength;
        onProgress?.({ phase: 'write', completed, unit: 'bytes', subject: file });
      }
    } finally {
      await handle.close();
    }
    return { file, sha256: hash.digest('hex'), bytes: size };
  };
}

/** Hashes and write calls take at most 2 GB at once; small slices also leave room for an abort. */
function* slices(bytes: Uint8Array, step: number = 2 ** 24): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += step)
    yield bytes.subarray(start, start + step);
}

async function replaceFolder(partial: string, target: string, attempts: number = 5): Promise<void> {
  const old = temporaryName(target, 'old');
  const isReplaced = await renameIfThere(target, old);
  try {
    await rename(partial, target);
  } catch (error) {
    // Another writer put its folder there between our two renames: that one is now the one to replace.
    if (attempts > 1 && isTaken(error)) {
      await rm(old, { recursive: true, force: true });
      return replaceFolder(partial, target, attempts - 1);
    }
    if (isReplaced) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes(errorCode(error));
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
