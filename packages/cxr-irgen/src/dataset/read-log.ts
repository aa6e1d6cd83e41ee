import { readFile, truncate } from 'node:fs/promises';
import { InvalidInputError } from '@cxrkit/core';
import type { z } from 'zod';

/** What a log holds. */
export interface Log<Entry> {
  readonly entries: readonly Entry[];
  /** Bytes. */
  readonly size: number;
}

/**
 * Reads a file of JSON lines that a killed process may have left with half a line at its end, and takes that away.
 *
 * @throws {@link InvalidInputError} for a broken line before the last.
 */
export async function readLog<Entry>(path: string, schema: z.ZodType<Entry>): Promise<Log<Entry>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  // A line is there once its end is.
  const size = bytes.lastIndexOf('\n') + 1;
  if (size < bytes.length) await truncate(path, size);
  const lines = bytes.subarray(0, size).toString('utf8').split('\n').slice(0, -1);
  const entries = lines.map((line, i) => {
    const entry = schema.safeParse(parse(line));
    if (entry.success) return entry.data;
    throw new InvalidInputError(
      `${path} line ${i + 1}`,
      'a line as this program writes it',
      line,
      'Write to another folder, or restore the file.',
    );
  });
  return { entries, size };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
