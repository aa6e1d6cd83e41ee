import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DISK, type FileSystem } from '../src/output/write-files.js';
import { runCxr } from '../src/run-cxr.js';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What a command left. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pictures that ship with the repository. */
const EXAMPLES: string = fileURLToPath(new URL('../../../examples', import.meta.url));
export const ADULT: string = `${EXAMPLES}/00000963_007.jpg`;
export const CHILD: string = `${EXAMPLES}/IM-0531-0001.jpg`;

/** Starts the command from source as a process of its own. */
export function startCxr(...words: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@cxrkit/source', MAIN, ...words],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

/** Runs the command as a process of its own to its end. */
export async function spawnCxr(...words: readonly string[]): Promise<CommandResult> {
  return await collect(startCxr(...words));
}

/** Waits for a process. */
export function collect(child: ChildProcess): Promise<CommandResult> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** Runs the same command inside this process: faster, and the disk may be another. */
export async function callCxr(
  words: readonly string[],
  {
    disk = DISK,
    signal = new AbortController().signal,
  }: {
    readonly disk?: FileSystem;
    readonly signal?: AbortSignal;
  } = {},
): Promise<CommandResult> {
  let [stdout, stderr] = ['', ''];
  const sink = (write: (text: string) => void) => ({ write });
  const code = await runCxr(words, {
    stdout: sink((text) => {
      stdout += text;
    }),
    stderr: sink((text) => {
      stderr += text;
    }),
    ...{ signal, disk },
  });
  return { code, stdout, stderr };
}

/** Parses what `--json` printed. */
export function jsonLines<T>(stdout: string): T[] {
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
