import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { readScene } from '../../datasets/read-scene.js';
import type { TrainingImage } from '../../datasets/training-image.js';
import type { Judge, SeenPicture } from './judge.js';

/** A real picture as the classifiers see it. */
export interface RealPicture {
  readonly item: TrainingImage;
  readonly seen: SeenPicture;
}

/**
 * Chooses the real pictures that synthetic ones are compared with: those of the sources whose labels were asked for, or
 * all where that is not known.
 *
 * @throws {@link InvalidInputError} if a source has no picture.
 */
export function comparedItems(
  items: readonly TrainingImage[],
  sources: readonly (string | undefined)[],
  splits: readonly string[],
): TrainingImage[] {
  const ofSplits = items.filter(({ split }) => splits.includes(split));
  const wanted = new Set(sources);
  if (wanted.has(undefined)) return ofSplits;
  const there = ofSplits.filter(({ source }) => wanted.has(source));
  const missing = [...wanted].filter((name) => !there.some(({ source }) => source === name));
  if (missing.length === 0) return there;
  throw new InvalidInputError(
    '--data',
    `pictures of ${missing.join(', ')} in ${splits.join(', ')}, whose labels were asked for`,
    [...new Set(ofSplits.map(({ source }) => source))],
  );
}

/** Looks at real pictures once; only those of `val` are judged, since the judge learned from `train`. */
export async function seeReal(
  items: readonly TrainingImage[],
  judge: Judge,
  { signal, onProgress }: TaskOptions,
): Promise<RealPicture[]> {
  const pictures: RealPicture[] = [];
  for (const item of items) {
    signal?.throwIfAborted();
    const seen = await judge.see(await readScene(item), item.split === 'val');
    pictures.push({ item, seen });
    const [completed, total] = [pictures.length, items.length];
    onProgress?.({ phase: 'evaluate', completed, total, unit: 'images', subject: 'real' });
  }
  return pictures;
}
