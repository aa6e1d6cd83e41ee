import { LUNG_VALUES, type LungMask, type Side } from './lung-mask.js';

/** The outline of one lung, in mask pixels; ends are exclusive. */
export interface Lung {
  readonly side: Side;
  /** Number of pixels. */
  readonly area: number;
  readonly top: number;
  readonly bottom: number;
  /** `[H]` first column of each row; `rowEnd` where the row is empty. */
  readonly rowStart: Int32Array;
  /** `[H]` */
  readonly rowEnd: Int32Array;
  /** `[W]` end of the lowest row of each column; 0 where the column is empty. */
  readonly columnEnd: Int32Array;
}

/** Rows of a lung: `from` included, `to` excluded. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/**
 * Outlines one lung by its largest connected component (four neighbours); speckles are left out.
 *
 * @returns The lung, or `null` where the mask has no pixel of it.
 */
export function findLung(mask: LungMask, side: Side): Lung | null {
  const pixels = largestComponent(mask, LUNG_VALUES[side]);
  if (pixels.length === 0) return null;
  const { width, height } = mask;
  const rowStart = new Int32Array(height).fill(width);
  const rowEnd = new Int32Array(height);
  const columnEnd = new Int32Array(width);
  for (const pixel of pixels) {
    const x = pixel % width;
    const y = (pixel - x) / width;
    rowStart[y] = Math.min(rowStart[y], x);
    rowEnd[y] = Math.max(rowEnd[y], x + 1);
    columnEnd[x] = Math.max(columnEnd[x], y + 1);
  }
  for (let y = 0; y < height; y++) if (rowEnd[y] === 0) rowStart[y] = 0;
  const top = rowEnd.findIndex((end) => end > 0);
  const bottom = rowEnd.findLastIndex((end) => end > 0) + 1;
  return { side, area: pixels.length, top, bottom, rowStart, rowEnd, columnEnd };
}

/** Says which rows lie between two fractions of the lung's height, 0 being its apex; at least one row. */
export function rowsBetween({ top, bottom }: Lung, from: number, to: number): Rows {
  const height = bottom - top;
  const first = Math.min(top + Math.round(from * height), bottom - 1);
  return { from: first, to: Math.max(first + 1, top + Math.round(to * height)) };
}

/** Measures the columns a lung reaches in some rows: `start` included, `end` excluded. */
export function columnsOf(
  { rowStart, rowEnd }: Lung,
  { from, to }: Rows,
): { readonly start: number; readonly end: number } {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (let y = Math.max(from, 0); y < Math.min(to, rowEnd.length); y++) {
    if (rowEnd[y] === rowStart[y]) continue;
    start = Math.min(start, rowStart[y]);
    end = Math.max(end, rowEnd[y]);
  }
  return { start, end };
}

/** The column where a lung borders the mediastinum in row `y`. */
export function medialEdge({ side, rowStart, rowEnd }: Lung, y: number): number {
  return side === 'right' ? rowEnd[y] : rowStart[y];
}

/** The direction away from the spine: -1 (to the left of the picture) for the right lung. */
export function lateralSign(side: Side): -1 | 1 {
  return side === 'right' ? -1 : 1;
}

function largestComponent({ width, data }: LungMask, value: number): Int32Array {
  const isSeen = new Uint8Array(data.length);
  let largest = new Int32Array(0);
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed] !== value || isSeen[seed]) continue;
    const component = flood(data, width, seed, isSeen);
    if (component.length > largest.length) largest = component;
  }
  return largest;
}

function flood(
  data: Uint8Array,
  width: number,
  seed: number,
  isSeen: Uint8Array,
): Int32Array<ArrayBuffer> {
  const pixels = [seed];
  isSeen[seed] = 1;
  const visit = (pixel: number): void => {
    if (data[pixel] !== data[seed] || isSeen[pixel]) return;
    isSeen[pixel] = 1;
    pixels.push(pixel);
  };
  for (let next = 0; next < pixels.length; next++) {
    const pixel = pixels[next];
    const x = pixel % width;
    if (x > 0) visit(pixel - 1);
    if (x < width - 1) visit(pixel + 1);
    visit(pixel - width);
    visit(pixel + width);
  }
  return Int32Array.from(pixels);
}
