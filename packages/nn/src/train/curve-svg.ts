import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { CurvePoint } from './curve.js';

type Point = readonly [update: number, value: number];
type Scale = ScaleContinuousNumeric<number, number>;

interface Series {
  readonly name: string;
  readonly kind: 'losses' | 'evaluation';
  readonly points: readonly Point[];
}

const size = { width: 760, height: 380, left: 64, right: 214, top: 44, bottom: 48 };
const bottom = size.height - size.bottom;
const edge = size.width - size.right;
const rowHeight = 17;
const rows = Math.floor((bottom - size.top) / rowHeight);
// Okabe & Ito 2008: told apart by colour-blind readers.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
// A spread that a linear axis would press flat.
const LOGARITHMIC_SPREAD = 50;
const BINS = 200;
const LEGEND_LETTERS = 20;

/**
 * Draws a run as an SVG document: losses as lines (means of each 1/200 of the run), evaluations dashed with dots.
 * The axis of values is logarithmic where all are positive and span more than a factor of 50.
 */
export function curveSvg(points: readonly CurvePoint[], title: string): string {
  const series = [...namedSeries(points, 'losses'), ...namedSeries(points, 'evaluation')];
  const x = scaleLinear([0, points.at(-1)?.update ?? 1], [size.left, edge]);
  const y = valueScale(series.flatMap((one) => one.points.map(([, value]) => value)));
  const parts = [
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${size.left}" y="24" font-size="15" font-weight="bold">${escaped(title)}</text>`,
    ...axes(x, y),
    ...series.map((one, i) => seriesPath(one, i, x, y)),
    ...legend(series),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="11" fill="#222">${parts.join('')}</svg>\n`;
}

function valueScale(values: readonly number[]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = [bottom, size.top];
  if (low > 0 && high / low > LOGARITHMIC_SPREAD) return scaleLog([low, high], range).nice();
  return scaleLinear([Math.min(0, low), Math.max(1e-9, high)], range).nice();
}

function axes(x: Scale, y: Scale): string[] {
  const xFormat = x.tickFormat(6);
  const across = y.ticks(6).map((tick) => {
    const label = `<text x="${size.left - 8}" y="${at(y, tick, 4)}" text-anchor="end">${valueLabel(tick)}</text>`;
    return `<path d="M${size.left} ${at(y, tick)}H${edge}" stroke="${thinned(y, tick) ? '#f1f1f1' : '#ddd'}"/>${thinned(y, tick) ? '' : label}`;
  });
  const along = x
    .ticks(6)
    .filter(Number.isInteger)
    .map(
      (tick) =>
        `<path d="M${at(x, tick)} ${bottom}v4" stroke="#222"/><text x="${at(x, tick)}" y="${bottom + 18}" text-anchor="middle">${xFormat(tick)}</text>`,
    );
  const frame = `<path d="M${size.left} ${size.top}V${bottom}H${edge}" fill="none" stroke="#222"/>`;
  const label = `<text x="${(size.left + edge) / 2}" y="${size.height - 10}" text-anchor="middle">update</text>`;
  return [...across, ...along, frame, label];
}

// A logarithmic axis gives nine ticks a decade; only 1, 2 and 5 are named.
function thinned(y: Scale, tick: number): boolean {
  return y.ticks(6).length > 10 && !/^[125]/.test(tick.toExponential(0));
}

/** Three significant digits; an exponent where zeros would hide the number. */
function valueLabel(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5))
    return value.toExponential(2).replace(/\.?0*e\+?/, 'e');
  return String(Number(value.toPrecision(3)));
}

function seriesPath({ kind, points }: Series, index: number, x: Scale, y: Scale): string {
  const path = line<Point>(
    ([update]) => x(update),
    ([, value]) => y(value),
  ).digits(1);
  const stroke = `fill="none" stroke="${colours[index % colours.length]}" stroke-width="1.5"`;
  const dots = points.map(([update, value]) => `M${at(x, update)} ${at(y, value)}h0`).join('');
  const marks = `<path d="${dots}" ${stroke.replace('1.5', '5')} stroke-linecap="round"/>`;
  return `<path d="${path([...points]) ?? ''}" ${stroke}${dash(kind)}/>${kind === 'evaluation' || points.length === 1 ? marks : ''}`;
}

/** Names with their last values, in the colours of the lines. */
function legend(series: readonly Series[]): string[] {
  const shown = series.length > rows ? rows - 1 : series.length;
  const rest = series.length - shown;
  const lines = series.slice(0, shown).map(({ name, kind, points }, i) => {
    const y = size.top + rowHeight * i;
    const colour = colours[i % colours.length];
    const key = `<path d="M${edge + 14} ${y + 4}h18" stroke="${colour}" stroke-width="2"${dash(kind)}/>`;
    const value = valueLabel(points.at(-1)?.[1] ?? Number.NaN);
    return `${key}<text x="${edge + 38}" y="${y + 8}">${escaped(shortened(name))}</text><text x="${size.width - 12}" y="${y + 8}" text-anchor="end">${value}</text>`;
  });
  const more = `<text x="${edge + 38}" y="${size.top + rowHeight * shown + 8}">and ${rest} more</text>`;
  return rest > 0 ? [...lines, more] : lines;
}

const at = (scale: Scale, value: number, shift = 0): string => (scale(value) + shift).toFixed(1);

const dash = (kind: Series['kind']): string =>
  kind === 'evaluation' ? ' stroke-dasharray="4 3"' : '';

function shortened(name: string): string {
  return name.length > LEGEND_LETTERS ? `${name.slice(0, LEGEND_LETTERS - 1)}…` : name;
}

function namedSeries(points: readonly CurvePoint[], kind: Series['kind']): Series[] {
  const names = new Set(points.flatMap((point) => Object.keys(point[kind] ?? {})));
  return [...names].flatMap((name) => {
    const all = points.flatMap((point): Point[] => {
      const value = point[kind]?.[name];
      // JSON has no NaN: a resumed curve holds null there.
      return Number.isFinite(value) ? [[point.update, value as number]] : [];
    });
    if (all.length === 0) return [];
    return [{ name, kind, points: kind === 'losses' ? binned(all) : all }];
  });
}

/** Means of at most {@link BINS} equal stretches. */
function binned(points: readonly Point[]): Point[] {
  const length = Math.ceil(points.length / BINS);
  return Array.from({ length: Math.ceil(points.length / length) }, (_, i) => {
    const part = points.slice(i * length, (i + 1) * length);
    const mean = part.reduce((sum, [, value]) => sum + value, 0) / part.length;
    return [part[Math.floor(part.length / 2)][0], mean];
  });
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
