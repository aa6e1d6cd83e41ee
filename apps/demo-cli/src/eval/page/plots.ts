import * as vega from 'vega';
import { type Config, compile, type TopLevelSpec } from 'vega-lite';

/** A named line, such as the ROC curve of one finding. */
export interface CurveSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a plot of curves shows; both axes are shares in [0, 1]. */
export interface CurvePlot {
  readonly series: readonly CurveSeries[];
  readonly x: string;
  readonly y: string;
  /** Draws the line of chance, or of perfect calibration. */
  readonly diagonal?: boolean;
  /** Names in whose order colours are given, so that plots beside each other agree. @defaultValue those of the series */
  readonly colorOrder?: readonly string[];
  /** Marks the points, where they are few. */
  readonly withPoints?: boolean;
}

/** A bar with its interval where it has one. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

const SIDE = 300;
const BARS = 340;

/** Most points of a curve that are drawn; more cannot be seen. */
const MOST_POINTS = 400;

/** Colours that are told apart on dark and on light ground (Tableau 10 and lighter kin). */
const COLORS = [
  ...['#4c9be8', '#f28e2b', '#e15759', '#3fb5a9', '#59a14f', '#d9b32c', '#b07aa1'],
  ...['#ff8fa3', '#a9805f', '#8d99a6', '#7a6ff0', '#9ac43c', '#d1609b', '#2fb4d6'],
];

/** Follows the page's colours: text and lines are drawn in the colour of the text around. */
const CONFIG: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  axis: {
    ...{ labelColor: 'currentColor', titleColor: 'currentColor', domainColor: 'currentColor' },
    ...{ tickColor: 'currentColor', gridColor: 'currentColor', gridOpacity: 0.12 },
    ...{ labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', labelLimit: 240 },
  },
  legend: { labelColor: 'currentColor', labelFontSize: 12, labelLimit: 260, title: null },
  view: { stroke: 'transparent' },
};

/** Draws curves over shares, thinned to what can be seen. */
export async function plotCurves(plot: CurvePlot): Promise<string> {
  const { series, x, y, diagonal = false, withPoints = false } = plot;
  const values = series.flatMap(({ name, points }) =>
    thin(points).map(([px, py], order) => ({ name, order, x: px, y: py })),
  );
  const names = series.map(({ name }) => name);
  const { colorOrder = names } = plot;
  const colors = names.map((name) => COLORS[Math.max(0, colorOrder.indexOf(name)) % COLORS.length]);
  const share = { domain: [0, 1], nice: false };
  return await draw({
    width: SIDE,
    height: SIDE,
    layer: [
      ...(diagonal
        ? [
            {
              data: { values: [0, 1].map((at) => ({ x: at, y: at })) },
              mark: {
                type: 'line' as const,
                strokeDash: [4, 4],
                color: 'currentColor',
                opacity: 0.4,
              },
              encoding: { x: quantity('x'), y: quantity('y') },
            },
          ]
        : []),
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2, point: withPoints, clip: true },
        encoding: {
          x: { ...quantity('x'), title: x, scale: share },
          y: { ...quantity('y'), title: y, scale: share },
          order: quantity('order'),
          color: {
            field: 'name',
            type: 'nominal',
            sort: names,
            scale: { domain: names, range: colors },
            ...(names.length === 1 && { legend: null }),
          },
        },
      },
    ],
  });
}

/** Draws bars one below another, in their order, each with its value and interval. */
export async function plotBars(bars: readonly Bar[], title: string): Promise<string> {
  const values = bars.map((bar) => ({ ...bar, label: bar.value.toFixed(3) }));
  const base = Math.min(0, ...bars.map(({ low, value }) => Math.min(low ?? 0, value)));
  const axis = { labelLimit: 300 };
  const y = { field: 'name', type: 'nominal' as const, sort: null, title: null, axis };
  return await draw({
    width: BARS,
    height: { step: 26 },
    data: { values },
    encoding: { y },
    layer: [
      {
        mark: { type: 'bar', color: COLORS[0], height: 14, opacity: 0.85 },
        encoding: {
          x: { ...quantity('value'), title, ...(base < 0 && { scale: { domainMin: base } }) },
        },
      },
      {
        transform: [{ filter: 'isValid(datum.low)' }],
        mark: { type: 'rule', color: 'currentColor', strokeWidth: 1.5 },
        encoding: { x: quantity('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'text', align: 'left', color: 'currentColor', fontSize: 11 },
        encoding: { x: { value: BARS + 8 }, text: { field: 'label' } },
      },
    ],
  });
}

/** Draws counts over intervals of [0, 1], such as how reports spread over scores. */
export async function plotHistogram(counts: readonly number[], title: string): Promise<string> {
  const values = counts.map((count, i) => ({
    from: i / counts.length,
    to: (i + 1) / counts.length,
    count,
  }));
  return await draw({
    width: BARS,
    height: 160,
    data: { values },
    mark: { type: 'bar', color: COLORS[0], opacity: 0.85, binSpacing: 1 },
    encoding: {
      x: { field: 'from', bin: { binned: true }, title, scale: { domain: [0, 1] } },
      x2: { field: 'to' },
      y: { ...quantity('count'), title: 'reports' },
    },
  });
}

function quantity(field: string): { readonly field: string; readonly type: 'quantitative' } {
  return { field, type: 'quantitative' };
}

function thin<Point>(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_POINTS) return points;
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * step)]);
}

/** Renders without a browser. */
async function draw(spec: object): Promise<string> {
  const { spec: compiled } = compile({ ...spec, config: CONFIG } as TopLevelSpec);
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
