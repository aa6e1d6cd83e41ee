import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Golden numbers of eval.md that may be published. */
export function golden<T>(name: string): T {
  const url = new URL(`../../../packages/eval/test/fixtures/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

/** A folder for the files of a test. */
export class TestFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(join(tmpdir(), 'cxr-eval-')));
  }

  /** @returns Path of a file in the folder. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** @returns Path of the file that was written. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    await mkdir(dirname(this.at(name)), { recursive: true });
    await writeFile(this.at(name), content);
    return this.at(name);
  }

  async lines(name: string, rows: readonly unknown[]): Promise<string> {
    return await this.write(name, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

/** A NumPy file of format 1.0. */
export function npyBytes(
  rows: readonly (readonly number[])[],
  { type = '<f8', fortran = false }: { readonly type?: string; readonly fortran?: boolean } = {},
): Uint8Array {
  const [n, d] = [rows.length, rows[0].length];
  const order = fortran ? 'True' : 'False';
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${n}, ${d}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  const values = fortran ? rows[0].flatMap((_, j) => rows.map((row) => row[j])) : rows.flat();
  const data = type === '<f8' ? Float64Array.from(values) : Float32Array.from(values);
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]),
    header,
    new Uint8Array(data.buffer),
  ]);
}

/** What `--json` prints of an evaluation. */
export interface EvalJson {
  readonly metrics: Readonly<
    Record<
      string,
      {
        readonly value: number | null;
        readonly signature: string;
        readonly reason?: string;
        readonly interval?: { readonly low: number; readonly high: number };
      }
    >
  >;
  readonly comparison?: readonly {
    readonly name: string;
    readonly difference: number | null;
    readonly p: number | null;
    readonly pAdjusted: number | null;
  }[];
}
