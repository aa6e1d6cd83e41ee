import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { CurvePoint } from './curve.js';

type Point = readonly [update: number, value: number];

const size = { width: 720, height: 360, left: 56, right: 150, top: 36, bottom: 36 };
// Okabe & Ito 2008: told apart by colour-blind readers.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

/** Draws losses (thin raw mean of each 1/200 of the run) and evaluations (dots) as an SVG document. */
export function curveSvg(points: readonly CurvePoint[], title: string): string {
  const series = [...namedSeries(points, 'losses'), ...namedSeries(points, 'evaluation')];
  const values = series
    .flatMap(({ points: list }) => list.map(([, value]) => value))
    .filter(Number.isFinite);
  const last = points.at(-1)?.update ?? 1;
  const x = scaleLinear([0, last], [size.left, size.width - size.right]);
  const y = scaleLinear(
    [Math.min(0, ...values), Math.max(1e-9, ...values)],
    [size.height - size.bottom, size.top],
  ).nice();
  const path = line<Point>()
    .x(([update]) => x(update))
    .y(([, value]) => y(value));
  const axis = [
    ...y
      .ticks(6)
      .map(
        (tick) =>
          `<path d="M${size.left} ${y(tick)}H${size.width - size.right}" stroke="#ddd"/><text x="${size.left - 6}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
      ),
    ...x
      .ticks(6)
      .map(
        (tick) =>
          `<text x="${x(tick)}" y="${size.height - size.bottom + 18}" text-anchor="middle">${tick}</text>`,
      ),
  ];
  const drawn = series.map(({ name, kind, points: list }, i) => {
    const colour = colours[i % colours.length];
    const dash = kind === 'evaluation' ? ' stroke-dasharray="4 3"' : '';
    const label = `<text x="${size.width - size.right + 10}" y="${size.top + 16 * i + 4}" fill="${colour}">${escaped(name)}${kind === 'evaluation' ? ' (eval)' : ''}</text>`;
    return `<path d="${path(list) ?? ''}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}/>${label}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/><text x="${size.left}" y="20" font-size="14">${escaped(title)}</text>${axis.join('')}${drawn.join('')}</svg>\n`;
}

function namedSeries(
  points: readonly CurvePoint[],
  kind: 'losses' | 'evaluation',
): { name: string; kind: string; points: Point[] }[] {
  const names = new Set(points.flatMap((point) => Object.keys(point[kind] ?? {})));
  return [...names].map((name) => {
    const all = points.flatMap((point): Point[] => {
      const value = point[kind]?.[name];
      return value === undefined ? [] : [[point.update, value]];
    });
    return { name, kind, points: kind === 'losses' ? binned(all, 200) : all };
  });
}

/** Means of at most `bins` equal stretches. */
function binned(points: readonly Point[], bins: number): Point[] {
  const length = Math.ceil(points.length / bins);
  return Array.from({ length: Math.ceil(points.length / Math.max(1, length)) }, (_, i) => {
    const part = points.slice(i * length, (i + 1) * length);
    const mean = part.reduce((sum, [, value]) => sum + value, 0) / part.length;
    return [part[Math.floor(part.length / 2)][0], mean];
  });
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
