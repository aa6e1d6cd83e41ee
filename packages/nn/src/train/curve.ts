import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curveSvg } from './curve-svg.js';

/** One line of `curve.jsonl`: losses of one update, or an evaluation after it. */
export interface CurvePoint {
  /** Counted from 1. */
  readonly update: number;
  readonly learningRate?: number;
  readonly losses?: Readonly<Record<string, number>>;
  readonly evaluation?: Readonly<Record<string, number>>;
}

/** The record of a run: `curve.jsonl` and its drawing `curve.svg`. */
export class Curve {
  readonly #folder: string;
  readonly #points: CurvePoint[];
  #unwritten: CurvePoint[] = [];

  private constructor(folder: string, points: CurvePoint[]) {
    this.#folder = folder;
    this.#points = points;
  }

  /** Opens the curve of a run folder and forgets what came after `update`, the last checkpoint. */
  static async open(folder: string, update: number): Promise<Curve> {
    const text = await readFile(join(folder, 'curve.jsonl'), 'utf8').catch(() => '');
    const points = text
      .split('\n')
      .flatMap(parsePoint)
      .filter((point) => point.update <= update);
    const curve = new Curve(folder, points);
    await curve.#rewrite();
    return curve;
  }

  get points(): readonly CurvePoint[] {
    return this.#points;
  }

  add(point: CurvePoint): void {
    this.#points.push(point);
    this.#unwritten.push(point);
  }

  /** Appends what is new. */
  async flush(): Promise<void> {
    const lines = this.#unwritten.map((point) => `${JSON.stringify(point)}\n`).join('');
    this.#unwritten = [];
    await appendFile(join(this.#folder, 'curve.jsonl'), lines);
  }

  /** Writes `curve.svg`. */
  async draw(title: string): Promise<void> {
    await replaceFile(join(this.#folder, 'curve.svg'), curveSvg(this.#points, title));
  }

  async #rewrite(): Promise<void> {
    const lines = this.#points.map((point) => `${JSON.stringify(point)}\n`).join('');
    await replaceFile(join(this.#folder, 'curve.jsonl'), lines);
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.partial`, text);
  await rename(`${path}.partial`, path);
}

/** A line that a killed process left half-written is dropped. */
function parsePoint(line: string): CurvePoint[] {
  try {
    return line ? [JSON.parse(line) as CurvePoint] : [];
  } catch {
    return [];
  }
}
