import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { readImage } from '@cxrkit/core/image';
import {
  MASK_REGIONS,
  PICTURE_REGIONS,
  readLungMask,
  regionsFromLungMask,
} from '@cxrkit/detector/train';
import type { TrainingImage } from './training-image.js';

/** What {@link deriveBoxes} takes. */
export interface DeriveBoxesOptions extends TaskOptions {
  /** Reads the masks of the `test` split, too: to measure, never to train. @defaultValue false */
  readonly withTest?: boolean;
}

/** Masks read at once. */
const AT_ONCE = 4;
/** Regions that a mask and its picture give when the picture shows them all. */
const COMPLETE = MASK_REGIONS.length + PICTURE_REGIONS.length;

/**
 * Gives pictures with a lung mask the boxes that follow from it. A picture whose mask does not give them all (a lung
 * cut off, a heart without clear borders) stays without: a region that is there but has no box would be taught as
 * absent.
 *
 * @returns The pictures; those with `boxes01` of their own untouched, and those of the `test` split unless asked for.
 */
export async function deriveBoxes(
  items: readonly TrainingImage[],
  { signal, onProgress, withTest = false }: DeriveBoxesOptions = {},
): Promise<TrainingImage[]> {
  const derived = [...items];
  const waiting = items.flatMap(({ lungMask, boxes01, split }, i) =>
    lungMask && !boxes01 && (withTest || split !== 'test') ? [i] : [],
  );
  let completed = 0;
  const total = waiting.length;
  const work = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      signal?.throwIfAborted();
      derived[i] = await withBoxes(items[i]);
      completed++;
      onProgress?.({
        phase: 'prepare',
        completed,
        total,
        unit: 'images',
        subject: 'boxes from masks',
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return derived;
}

async function withBoxes(item: TrainingImage): Promise<TrainingImage> {
  if (item.lungMask === undefined) return item;
  try {
    const [{ image: picture }, mask] = await Promise.all([
      readImage(item.image),
      readLungMask(item.lungMask),
    ]);
    const boxes = regionsFromLungMask(mask, { picture });
    return boxes.size < COMPLETE ? item : { ...item, boxes01: Object.fromEntries(boxes) };
  } catch (error) {
    // A mask that cannot be right teaches nothing.
    if (error instanceof InvalidInputError) return item;
    throw error;
  }
}
