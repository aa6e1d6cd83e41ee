import { join } from 'node:path';
import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import { readManifest } from '../read-manifest.js';
import { type KnownFindings, type RowOrigin, readOrigins } from '../row-origins.js';
import type { Judge, SeenPicture } from './judge.js';

/** A synthetic picture and what was asked of it. */
export interface SyntheticPicture {
  readonly entry: ManifestEntry;
  /** Data set of the picture whose labels were asked for. */
  readonly source: string | undefined;
  /** 1 = asked to be present, 0 = absent; what is not listed was left open. */
  readonly asked: KnownFindings;
}

/** The same as the classifiers see it. */
export interface SeenSynthetic extends SyntheticPicture {
  readonly seen: SeenPicture;
}

/**
 * Reads what a folder of `cxr synth` holds, in the order of its images.
 *
 * @throws {@link InvalidInputError} if it holds no pair.
 */
export async function readSynthetic(folder: string): Promise<SyntheticPicture[]> {
  const entries = await readManifest(folder).catch(() => []);
  if (entries.length === 0)
    throw new InvalidInputError('folder', 'one that cxr synth has written, with pairs', folder);
  const origins = await readOrigins(
    folder,
    entries.map(({ image }) => image),
  );
  return entries.map((entry, i) => ({
    ...{ entry, source: origins[i]?.source, asked: askedOf(entry, origins[i]) },
  }));
}

/** Looks at the images of a folder. */
export async function seeSynthetic(
  folder: string,
  pictures: readonly SyntheticPicture[],
  judge: Judge,
  { signal, onProgress }: TaskOptions,
): Promise<SeenSynthetic[]> {
  const all: SeenSynthetic[] = [];
  for (const picture of pictures) {
    signal?.throwIfAborted();
    const { image } = await readImage(join(folder, picture.entry.image), {
      ...(signal && { signal }),
    });
    all.push({ ...picture, seen: await judge.see(image, true) });
    const [completed, total] = [all.length, pictures.length];
    onProgress?.({ phase: 'evaluate', completed, total, unit: 'images', subject: 'synthetic' });
  }
  return all;
}

/** All that is known of the picture that was asked for, else what the prompt said; uncertain is neither. */
function askedOf({ findings }: ManifestEntry, origin: RowOrigin | undefined): KnownFindings {
  if (origin !== undefined) return origin.findings;
  const certain = Object.entries(findings ?? {}).filter(([, code]) => code !== -1);
  return Object.fromEntries(certain) as KnownFindings;
}
