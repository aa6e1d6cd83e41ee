import type { TaskOptions, Tensor } from '@cxrkit/core';
import { type ByteSource, byteListener, openByteSource, sourceLabel } from '../byte-source.js';
import { type Checkpoint, type NameFilter, selectNames } from '../checkpoint.js';
import { detectFormat } from '../detect-format.js';
import { FormatError, guardCheckpoint } from '../format-error.js';
import type { PlainValue } from './plain-value.js';
import { planReads, readViews, viewKey } from './read-views.js';
import { findStateDict } from './state-dict.js';
import type { TensorView } from './tensor-view.js';
import { MAX_PICKLE_BYTES, unpickle } from './unpickle.js';
import { openZipArchive, type ZipArchive } from './zip-archive.js';

/** What {@link readPyTorchCheckpoint} takes besides the file. */
export interface ReadPyTorchOptions extends TaskOptions {
  /** Key of the state dict. @defaultValue `model`, `state_dict`, `model_state_dict` or the root */
  readonly key?: string | undefined;
  /** Weights to read; storages that none of them uses are not touched. @defaultValue all */
  readonly keys?: NameFilter | undefined;
}

/** A PyTorch checkpoint's content. */
export interface PyTorchCheckpoint extends Checkpoint {
  readonly format: 'pytorch';
  /** Where the weights were found; `undefined` if the file is a bare state dict. */
  readonly key: string | undefined;
  /** Everything but the weights (epoch, config, optimiser), as JSON-like data; tensors only described. */
  readonly rest: Readonly<Record<string, PlainValue>>;
}

/**
 * Reads the weights of a file written by `torch.save` (zip format, PyTorch 1.6 and later), whatever its
 * extension, without running anything of it.
 *
 * Strided, shared and repeated views come out row-major; bfloat16 and int16 widen to `float32` and
 * `int32`, half stays raw `float16`.
 *
 * @param input - Path, or the file's bytes.
 * @throws CheckpointError if the file is missing, damaged, older, TorchScript, lacks the weights asked
 *   for, or names anything but tensors and plain data.
 * Meant for the checkpoints of RGRG, CXR-CLIP and CheXzero.
 */
export async function readPyTorchCheckpoint(
  input: string | Uint8Array,
  options: ReadPyTorchOptions = {},
): Promise<PyTorchCheckpoint> {
  options.signal?.throwIfAborted();
  return guardCheckpoint(sourceLabel(input), async () => {
    const source = await openByteSource(input);
    try {
      if ((await detectFormat(source)) !== 'pytorch')
        throw new FormatError('it is a safetensors file; read it with readSafetensors');
      return await readFrom(source, options);
    } finally {
      await source.close();
    }
  });
}

async function readFrom(
  source: ByteSource,
  options: ReadPyTorchOptions,
): Promise<PyTorchCheckpoint> {
  const archive = await openZipArchive(source);
  const root = await findRoot(archive);
  const pickle = await readWhole(archive, `${root}data.pkl`, MAX_PICKLE_BYTES);
  options.signal?.throwIfAborted();
  const { key, views, rest } = findStateDict(unpickle(pickle), options.key);
  const chosen: [string, TensorView][] = [];
  for (const name of selectNames(views.keys(), options.keys)) {
    const view = views.get(name);
    if (view !== undefined) chosen.push([name, view]);
  }
  const reads = planReads(
    archive,
    `${root}data/`,
    chosen.map(([, view]) => view),
  );
  const total = reads.reduce((bytes, { start, end }) => bytes + end - start, 0);
  const onBytes = byteListener('load', source.label, total, options);
  const read = await readViews(archive, reads, onBytes);
  const tensors = new Map<string, Tensor>();
  for (const [name, view] of chosen) {
    const tensor = read.get(viewKey(view));
    if (tensor !== undefined) tensors.set(name, tensor);
  }
  return { format: 'pytorch', tensors, metadata: {}, key, rest };
}

/** @returns The archive's top folder with its slash. */
async function findRoot(archive: ZipArchive): Promise<string> {
  const names = [...archive.sizes.keys()];
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1)
    throw new FormatError('it is a zip file, but torch.save did not write it (no data.pkl inside)');
  const root = pickles[0].slice(0, -'data.pkl'.length);
  if (names.some((name) => name === `${root}constants.pkl` || name.startsWith(`${root}code/`)))
    throw new FormatError(
      'it is a TorchScript program, not a checkpoint. In Python: torch.save(torch.jit.load(path).state_dict(), "weights.pt").',
    );
  if (archive.sizes.has(`${root}byteorder`)) {
    const order = await readWhole(archive, `${root}byteorder`, 16);
    if (Buffer.from(order).toString('latin1') !== 'little')
      throw new FormatError('it was written on a big-endian machine; save it again on another');
  }
  return root;
}

async function readWhole(archive: ZipArchive, name: string, limit: number): Promise<Uint8Array> {
  const size = archive.sizes.get(name) ?? 0;
  if (size > limit)
    throw new FormatError(`its record ${name} has ${size} bytes; at most ${limit} are read`);
  return archive.read(name, 0, size);
}
