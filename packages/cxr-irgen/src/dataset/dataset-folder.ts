import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { z } from 'zod';
import { CONFIGURATION_FILE, type Configuration, claimConfiguration } from './configuration.js';
import { appendLine, type Disk, isLeftover, outputError, writeWhole } from './disk.js';
import { LOCK_FILE, lockFolder } from './folder-lock.js';
import { type DatasetImageFormat, encodeImage, imageName, imageNumber } from './image-format.js';
import { type ManifestEntry, manifestEntrySchema } from './manifest-entry.js';
import { readLog } from './read-log.js';

const MANIFEST = 'manifest.jsonl';
const REJECTED = 'rejected.jsonl';
const IMAGES = 'images';

/** A line of `rejected.jsonl`: a pair that was made and left out. */
export interface RejectedEntry {
  /** Number of the pair in the whole set, from 0. */
  readonly index: number;
  readonly seed: number;
  readonly prompt: string;
  /** `null` where it could not be judged. */
  readonly score: number | null;
}

const rejectedSchema: z.ZodType<RejectedEntry> = z.object({
  index: z.int().nonnegative(),
  seed: z.int().nonnegative(),
  prompt: z.string(),
  score: z.number().nullable(),
});

/** What a folder comes to hold. */
interface Extent {
  /** Pairs. */
  readonly total: number;
  readonly format: DatasetImageFormat;
}

/**
 * A folder of pairs that grows one by one. An image is there whole before its line is, and a line counts once its end
 * lies on the disk; so whatever stops the process, the folder holds pairs 0 to n - 1, each once.
 */
export class DatasetFolder implements AsyncDisposable {
  readonly path: string;
  readonly #disk: Disk;
  readonly #lock: AsyncDisposable;
  readonly #digits: number;
  readonly #format: DatasetImageFormat;
  readonly #kept: Map<number, ManifestEntry>;
  readonly #rejected: Map<number, RejectedEntry>;
  readonly #sizes: Record<typeof MANIFEST | typeof REJECTED, number>;

  private constructor(
    place: { path: string; disk: Disk; lock: AsyncDisposable; extent: Extent },
    kept: { entries: readonly ManifestEntry[]; size: number },
    rejected: { entries: readonly RejectedEntry[]; size: number },
  ) {
    this.path = place.path;
    this.#disk = place.disk;
    this.#lock = place.lock;
    this.#digits = Math.max(4, String(place.extent.total - 1).length);
    this.#format = place.extent.format;
    this.#kept = new Map(kept.entries.map((entry) => [Number(imageNumber(entry.image)), entry]));
    this.#rejected = new Map(rejected.entries.map((entry) => [entry.index, entry]));
    this.#sizes = { [MANIFEST]: kept.size, [REJECTED]: rejected.size };
  }

  /**
   * Opens a folder, made if absent, and mends what a killed process left.
   *
   * @throws {@link InvalidInputError} if it is of another configuration or another process writes it;
   *   {@link CxrError} with code `OUTPUT`.
   */
  static async open(
    path: string,
    configuration: Configuration,
    extent: Extent,
    disk: Disk,
  ): Promise<DatasetFolder> {
    await refuseForeign(path);
    await mkdir(join(path, IMAGES), { recursive: true }).catch((error: unknown) => {
      throw outputError(path, error);
    });
    const lock = await lockFolder(path);
    try {
      const isEmpty = ![MANIFEST, REJECTED].some((name) => existsSync(join(path, name)));
      await claimConfiguration(path, configuration, isEmpty, disk);
      await removeLeftovers(path);
      await removeLeftovers(join(path, IMAGES));
      const kept = await readLog(join(path, MANIFEST), manifestEntrySchema);
      const rejected = await readLog(join(path, REJECTED), rejectedSchema);
      return new DatasetFolder({ path, disk, lock, extent }, kept, rejected);
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Lines of the manifest, by the number of their pair. */
  get entries(): readonly ManifestEntry[] {
    return [...this.#kept].toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
  }

  get rejected(): number {
    return this.#rejected.size;
  }

  /** Tells whether a pair is there, or was left out before. */
  isDone(index: number): boolean {
    if (this.#rejected.has(index)) return true;
    const entry = this.#kept.get(index);
    // An image that somebody took away or emptied is made again.
    const file = entry && statSync(join(this.path, entry.image), { throwIfNoEntry: false });
    return file !== undefined && file.size > 0;
  }

  /** @returns Path of an image from the folder. */
  imageName(index: number): string {
    return imageName(index, this.#digits, this.#format);
  }

  /** Adds a pair: its image, then its line. */
  async add(index: number, image: GrayImage, entry: ManifestEntry): Promise<void> {
    const bytes = await encodeImage(image, this.#format);
    await writeWhole(this.#disk, join(this.path, entry.image), bytes);
    if (!this.#kept.has(index)) await this.#append(MANIFEST, entry);
    this.#kept.set(index, entry);
  }

  /** Notes a pair that is left out, so that it is not made again. */
  async reject(entry: RejectedEntry): Promise<void> {
    await this.#append(REJECTED, entry);
    this.#rejected.set(entry.index, entry);
  }

  /** Writes other files of the folder, each whole. */
  async writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files))
      await writeWhole(this.#disk, join(this.path, name), text);
  }

  /** Lets other processes write the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock[Symbol.asyncDispose]();
  }

  async #append(name: typeof MANIFEST | typeof REJECTED, entry: unknown): Promise<void> {
    const path = join(this.path, name);
    this.#sizes[name] = await appendLine(
      this.#disk,
      path,
      this.#sizes[name],
      JSON.stringify(entry),
    );
  }
}

/** @throws {@link InvalidInputError} for a folder with files that are not of a data set of ours: some might be overwritten. */
async function refuseForeign(path: string): Promise<void> {
  if (path.trim() === '') throw new InvalidInputError('out', 'the name of a folder', path);
  const names = await readdir(path).catch((): string[] => []);
  if (names.includes(CONFIGURATION_FILE) || names.includes(MANIFEST)) return;
  const isOwn = (name: string): boolean => [IMAGES, LOCK_FILE].includes(name) || isLeftover(name);
  const foreign = names.filter((name) => !isOwn(name) && !name.startsWith('.'));
  const inside = await readdir(join(path, IMAGES)).catch((): string[] => []);
  const images = inside.filter((name) => !isLeftover(name));
  if (foreign.length + images.length === 0) return;
  throw new InvalidInputError(
    'out',
    'a new or an empty folder, or one that the same configuration has begun',
    `one with ${foreign[0] ?? `${IMAGES}/${images[0]}`}`,
    `${path} stays as it is. Give another folder.`,
  );
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isFile() && isLeftover(entry.name))
      await rm(join(folder, entry.name), { force: true });
}
