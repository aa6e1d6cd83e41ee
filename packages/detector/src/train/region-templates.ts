import {
  ANATOMICAL_REGIONS,
  type AnatomicalRegion,
  type Box,
  InvalidInputError,
} from '@cxrkit/core';

/** Boxes of one picture by region, in any unit common to x and to y. */
export type RegionBoxMap = Readonly<Partial<Record<AnatomicalRegion, Box>>>;

/** Where a region usually lies in its frame: `[x0, y0, x1, y1]` as fractions of it, which may leave 0 to 1. */
export type RegionTemplates = Readonly<Partial<Record<AnatomicalRegion, Box>>>;

/**
 * Learns where each region lies relative to the lungs: parts of a lung in the frame of that lung, the rest in the
 * frame of both. Edges are medians over the pictures.
 *
 * @throws {@link InvalidInputError} if no picture has both lungs.
 */
export function regionTemplates(pictures: readonly RegionBoxMap[]): RegionTemplates {
  const whole = pictures.filter((boxes) => boxes['right lung'] && boxes['left lung']);
  if (whole.length === 0)
    throw new InvalidInputError('pictures', 'at least one with both lungs', pictures.length);
  const templates: Partial<Record<AnatomicalRegion, Box>> = {};
  for (const name of ANATOMICAL_REGIONS) {
    const relative = whole.flatMap((boxes) => {
      const [box, frame] = [boxes[name], frameOf(name, boxes)];
      return box && frame ? [intoFrame(box, frame)] : [];
    });
    if (relative.length === 0) continue;
    const edge = (i: number): number => median(relative.map((box) => box[i]));
    templates[name] = [edge(0), edge(1), edge(2), edge(3)];
  }
  return templates;
}

/**
 * Puts the regions a detector missed where the templates expect them; what it found stays. Used to label pictures
 * without masks from a detector's own lungs (self-training).
 *
 * @returns `undefined` where a lung is missing: there is no frame then.
 */
export function completeRegions(
  found: RegionBoxMap,
  templates: RegionTemplates,
): RegionBoxMap | undefined {
  if (!found['right lung'] || !found['left lung']) return undefined;
  const complete: Partial<Record<AnatomicalRegion, Box>> = {};
  for (const name of ANATOMICAL_REGIONS) {
    const [template, frame] = [templates[name], frameOf(name, found)];
    const box = found[name] ?? (template && frame ? outOfFrame(template, frame) : undefined);
    if (box) complete[name] = box;
  }
  return complete;
}

function frameOf(name: AnatomicalRegion, boxes: RegionBoxMap): Box | undefined {
  const [right, left] = [boxes['right lung'], boxes['left lung']];
  if (!right || !left) return undefined;
  if (name.startsWith('right ') && name !== 'right atrium') return right;
  if (name.startsWith('left ')) return left;
  return [
    Math.min(right[0], left[0]),
    Math.min(right[1], left[1]),
    Math.max(right[2], left[2]),
    Math.max(right[3], left[3]),
  ];
}

function intoFrame(box: Box, [x0, y0, x1, y1]: Box): Box {
  const [width, height] = [x1 - x0, y1 - y0];
  return [
    (box[0] - x0) / width,
    (box[1] - y0) / height,
    (box[2] - x0) / width,
    (box[3] - y0) / height,
  ];
}

function outOfFrame(box: Box, [x0, y0, x1, y1]: Box): Box {
  const [width, height] = [x1 - x0, y1 - y0];
  return [x0 + box[0] * width, y0 + box[1] * height, x0 + box[2] * width, y0 + box[3] * height];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
