import { basename } from 'node:path';
import type { Analysis } from '../result/analysis.js';
import { KIND_COLORS, type RegionKind, regionColor, shortName } from './region-style.js';
import { DISCLAIMER, EMPTY_REPORT, sortedClasses } from './report-text.js';
import { drawText, fitText, textWidth, wrapText } from './text/lettering.js';

const INK = '#eef2f5';
const QUIET = '#9aa7b2';
const MARGIN = 22;
const MOST_LABELS = 10;

const KINDS: readonly (readonly [RegionKind, string])[] = [
  ['right', 'patient’s right'],
  ['left', 'patient’s left'],
  ['middle', 'midline'],
  ['heart', 'heart and vessels'],
];

/** The column of text beside the picture. */
export interface Panel {
  readonly svg: string;
  /** Pixels it takes, margins included. */
  readonly height: number;
}

/** Letters the report with the regions that say it, the classification, the warnings and the colours. */
export function drawPanel(analysis: Analysis, x: number, width: number): Panel {
  const column = new Column(x + MARGIN, width - 2 * MARGIN);
  const { image } = analysis;
  column.line(image.path === null ? 'X-ray' : basename(image.path), { size: 19, bold: true });
  column.line(`${image.width} x ${image.height} pixels`, { size: 12, color: QUIET });
  column.heading('Report');
  drawReport(column, analysis);
  if (analysis.classification.length > 0) {
    column.heading('Classification (uncalibrated)');
    for (const { label, probability } of sortedClasses(analysis.classification).slice(
      0,
      MOST_LABELS,
    ))
      column.bar(label, probability);
  }
  if (analysis.warnings.length > 0) {
    column.heading('Warnings');
    for (const { message } of analysis.warnings)
      column.paragraph(message, { size: 13, color: '#ffd166' });
  }
  column.gap(14);
  for (const [kind, words] of KINDS) column.key(KIND_COLORS[kind], words);
  column.gap(6);
  column.paragraph('Thick boxes: chosen to be described. Dashed: found only.', QUIET_TEXT);
  column.gap(8);
  column.paragraph(DISCLAIMER, QUIET_TEXT);
  return column.finish();
}

const QUIET_TEXT = { size: 11, color: QUIET };

function drawReport(column: Column, { report, sentences }: Analysis): void {
  if (report === '') column.paragraph(EMPTY_REPORT, { size: 15, color: QUIET });
  for (const { text, regions } of sentences) {
    column.tags(regions);
    column.paragraph(text, { size: 15, color: INK });
    column.gap(6);
  }
}

interface LineStyle {
  readonly size: number;
  readonly color?: string;
  readonly bold?: boolean;
}

/** Letters from top to bottom. */
class Column {
  readonly #x: number;
  readonly #width: number;
  #y: number = MARGIN;
  #svg = '';

  constructor(x: number, width: number) {
    this.#x = x;
    this.#width = width;
  }

  line(text: string, { size, color = INK, bold = false }: LineStyle): void {
    this.#y += 1.35 * size;
    const fitted = fitText(text, this.#width, size);
    this.#svg += drawText(fitted, { x: this.#x, y: this.#y, size, color, bold });
  }

  paragraph(text: string, style: LineStyle): void {
    for (const line of wrapText(text, this.#width, style.size)) this.line(line, style);
  }

  heading(text: string): void {
    this.gap(16);
    this.line(text.toUpperCase(), { size: 12, color: QUIET, bold: true });
    this.gap(4);
  }

  gap(pixels: number): void {
    this.#y += pixels;
  }

  /** Names of regions in their colours, as many as fit into a line. */
  tags(names: readonly string[]): void {
    const size = 12;
    let x = this.#x;
    this.#y += 1.5 * size;
    for (const name of names) {
      const width = textWidth(shortName(name), size) + 10;
      if (x + width > this.#x + this.#width) break;
      this.#svg += `<rect x="${x}" y="${this.#y - 12}" width="${width}" height="16" rx="3" fill="${regionColor(name)}"/>`;
      this.#svg += drawText(shortName(name), { x: x + 5, y: this.#y, size, color: '#10151a' });
      x += width + 6;
    }
    this.gap(2);
  }

  bar(label: string, probability: number): void {
    const size = 13;
    const [labelWidth, percentWidth] = [0.46 * this.#width, 44];
    const length = this.#width - labelWidth - percentWidth - 8;
    this.line(fitText(label, labelWidth - 6, size), { size });
    const [x, y] = [this.#x + labelWidth, this.#y - 10];
    this.#svg += `<rect x="${x}" y="${y}" width="${length}" height="11" rx="2" fill="#2a333b"/>`;
    this.#svg += `<rect x="${x}" y="${y}" width="${length * probability}" height="11" rx="2" fill="#6cb6ff"/>`;
    const percent = `${Math.round(100 * probability)} %`;
    const right = this.#x + this.#width - textWidth(percent, size);
    this.#svg += drawText(percent, { x: right, y: this.#y, size, color: INK });
  }

  /** One line of the legend. */
  key(color: string, words: string): void {
    this.#y += 17;
    this.#svg += `<rect x="${this.#x}" y="${this.#y - 10}" width="12" height="12" rx="2" fill="${color}"/>`;
    this.#svg += drawText(words, { x: this.#x + 20, y: this.#y, size: 12, color: QUIET });
  }

  finish(): Panel {
    return { svg: this.#svg, height: Math.ceil(this.#y + MARGIN) };
  }
}
