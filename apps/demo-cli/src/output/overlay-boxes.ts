import type { Box } from '@cxrkit/core';
import type { DescribedRegion } from '../result/analysis.js';
import { placeLabels } from './place-labels.js';
import { regionColor, shortName } from './region-style.js';
import { drawText, textWidth } from './text/lettering.js';

/** Where the picture lies on the overlay. */
export interface PictureFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Overlay pixels per pixel of the source image. */
  readonly scale: number;
}

interface DrawnRegion {
  readonly region: DescribedRegion;
  /** In overlay pixels. */
  readonly box: Box;
}

const SELECTED_SIZE = 15;
const OTHER_SIZE = 11;

/**
 * Draws the boxes of the detected regions with their names: those with a sentence thick, with a filled label and a
 * star; the others thin and dashed.
 *
 * @returns SVG.
 */
export function drawBoxes(regions: readonly DescribedRegion[], frame: PictureFrame): string {
  const drawn = regions.flatMap((region): DrawnRegion[] =>
    region.box === null ? [] : [{ region, box: toOverlay(region.box, frame) }],
  );
  // Those that are spoken of come last, on top.
  const ordered = drawn.toSorted((a, b) => Number(a.region.selected) - Number(b.region.selected));
  return [...ordered.map(drawBox), ...drawLabels(ordered.toReversed(), frame).toReversed()].join(
    '',
  );
}

function toOverlay([x0, y0, x1, y1]: Box, { x, y, scale }: PictureFrame): Box {
  return [x + x0 * scale, y + y0 * scale, x + x1 * scale, y + y1 * scale];
}

function drawBox({ region, box: [x0, y0, x1, y1] }: DrawnRegion): string {
  const rectangle = `<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}" fill="none"`;
  const color = regionColor(region.name);
  if (!region.selected)
    return `${rectangle} stroke="${color}" stroke-width="1" stroke-dasharray="5 4" stroke-opacity="0.75"/>`;
  // A dark rim keeps the line visible on bright bone.
  return `${rectangle} stroke="#000" stroke-width="4.5" stroke-opacity="0.45"/>${rectangle} stroke="${color}" stroke-width="2.5"/>`;
}

function drawLabels(drawn: readonly DrawnRegion[], frame: PictureFrame): string[] {
  const labels = drawn.map(({ region }) => {
    const size = region.selected ? SELECTED_SIZE : OTHER_SIZE;
    return {
      text: shortName(region.name),
      size,
      width: textWidth(shortName(region.name), size) + 8,
    };
  });
  const wishes = drawn.map(({ box }, i) => ({
    box: shift(box, -frame.x, -frame.y),
    width: labels[i].width,
    height: labels[i].size + 5,
  }));
  return placeLabels(wishes, frame.width, frame.height).map((place, i) =>
    drawLabel(drawn[i].region, labels[i], shift(place, frame.x, frame.y)),
  );
}

function drawLabel(
  { name, selected }: DescribedRegion,
  { text, size }: { readonly text: string; readonly size: number },
  [x0, y0, x1, y1]: Box,
): string {
  const color = regionColor(name);
  const [fill, opacity, ink] = selected ? [color, 0.95, '#10151a'] : ['#10151a', 0.55, color];
  const plate = `<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}" rx="2" fill="${fill}" fill-opacity="${opacity}"/>`;
  return (
    plate + drawText(text, { x: x0 + 4, y: y1 - 0.3 * size, size, color: ink, bold: selected })
  );
}

function shift([x0, y0, x1, y1]: Box, dx: number, dy: number): Box {
  return [x0 + dx, y0 + dy, x1 + dx, y1 + dy];
}
