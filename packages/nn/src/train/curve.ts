import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curveSvg } from './curve-svg.js';
import { inRunFolder } from './run-folder.js';

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

  /**
   * Opens the curve of a run folder and forgets what came after `update`, the last checkpoint.
   *
   * @throws CxrError with code `CHECKPOINT` if the folder cannot be read or written.
   */
  static async open(folder: string, update: number): Promise<Curve> {
    return await inRunFolder(folder, async () => {
      const text = await readIfThere(join(folder, 'curve.jsonl'));
      const points = text
        .split('\n')
        .flatMap(parsePoint)
        .filter((point) => point.update <= update);
      await replaceFile(join(folder, 'curve.jsonl'), toLines(points));
      return new Curve(folder, points);
    });
  }

  get points(): readonly CurvePoint[] {
    return this.#points;
  }

  add(point: CurvePoint): void {
    this.#points.push(point);
    this.#unwritten.push(point);
  }

  /** Appends what is new and waits for the disk, so that a checkpoint never lies there without its curve. */
  async flush(): Promise<void> {
    await inRunFolder(this.#folder, async () => {
      const file = await open(join(this.#folder, 'curve.jsonl'), 'a');
      try {
        await file.appendFile(toLines(this.#unwritten));
        await file.sync();
      } finally {
        await file.close();
      }
    });
    this.#unwritten = [];
  }

  /** Writes `curve.svg`. */
  async draw(title: string): Promise<void> {
    await inRunFolder(this.#folder, () =>
      replaceFile(join(this.#folder, 'curve.svg'), curveSvg(this.#points, title)),
    );
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.partial`, text);
  await rename(`${path}.partial`, path);
}

function toLines(points: readonly CurvePoint[]): string {
  return points.map((point) => `${JSON.stringify(point)}\n`).join('');
}

/** A line that a killed process left half-written is dropped. */
function parsePoint(line: string): CurvePoint[] {
  try {
    return line ? [JSON.parse(line) as CurvePoint] : [];
  } catch {
    return [];
  }
}
