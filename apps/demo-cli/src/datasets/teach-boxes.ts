import type { TaskOptions } from '@cxrkit/core';
import type { Device } from '@cxrkit/core/onnx';
import { loadDetector } from '@cxrkit/detector';
import { completeRegions, type RegionBoxMap, regionTemplates } from '@cxrkit/detector/train';
import { boxes01Of } from './boxes01-of.js';
import { readScene } from './read-scene.js';
import type { TrainingImage } from './training-image.js';

export interface TeacherOptions {
  /** Model folder of a detector; without it nothing is taught. */
  readonly teacher?: string;
  readonly device?: Device;
  readonly threads?: number;
}

/** Score from which a taught region other than a lung is believed. */
const SURE = 0.3;

/**
 * Gives pictures without boxes those that another detector finds (self-training); what it is unsure of is placed
 * relative to its lungs, by the pictures that have boxes. A picture in which it finds no pair of lungs stays without.
 *
 * @throws ModelLoadError if the teacher is no detector.
 */
export async function teachBoxes(
  items: readonly TrainingImage[],
  { teacher, device = 'cpu', threads }: TeacherOptions,
  { signal, onProgress }: TaskOptions,
): Promise<TrainingImage[]> {
  if (teacher === undefined) return [...items];
  const templates = regionTemplates(items.flatMap(({ boxes01 }) => (boxes01 ? [boxes01] : [])));
  await using detector = await loadDetector({
    model: teacher,
    device,
    ...(threads !== undefined && { threads }),
  });
  const waiting = items.filter((item) => isWaiting(item)).length;
  const taught: TrainingImage[] = [];
  let completed = 0;
  for (const item of items) {
    if (!isWaiting(item)) {
      taught.push(item);
      continue;
    }
    const image = await readScene(item);
    const { regions } = await detector.detect(image, { ...(signal && { signal }) });
    const sure = regions.filter(({ name, score }) => score >= SURE || name.endsWith(' lung'));
    const boxes = completeRegions(boxes01Of(sure, image), templates);
    taught.push(boxes ? { ...item, boxes01: withinPicture(boxes) } : item);
    completed++;
    onProgress?.({
      phase: 'prepare',
      completed,
      total: waiting,
      unit: 'images',
      subject: 'boxes from the teacher',
    });
  }
  return taught;
}

/** Pictures with a mask that was not good enough are left out: their anatomy is cut off. */
function isWaiting({ boxes01, lungMask, split }: TrainingImage): boolean {
  return boxes01 === undefined && lungMask === undefined && split !== 'test';
}

function withinPicture(boxes: RegionBoxMap): RegionBoxMap {
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  const entries = Object.entries(boxes).map(([name, [x0, y0, x1, y1]]) => [
    name,
    [clip(x0), clip(y0), clip(x1), clip(y1)],
  ]);
  return Object.fromEntries(entries) as RegionBoxMap;
}
