import { DISK, type FileSystem } from '../output/write-files.js';

/** Where text goes; a stream of Node's is one. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** What a command needs of the world. */
export interface CliContext {
  /** Results, and nothing else. */
  readonly stdout: Sink;
  /** Progress, warnings and errors. */
  readonly stderr: Sink;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Changes the disk. */
  readonly disk: FileSystem;
}

/** @returns The context of a process. */
export function processContext(signal: AbortSignal): CliContext {
  return { stdout: process.stdout, stderr: process.stderr, signal, disk: DISK };
}
