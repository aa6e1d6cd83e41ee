import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { z } from 'zod';
import { readKermanyRow } from './kermany-row.js';
import { readNihRow } from './nih-row.js';
import { readOwnRow } from './own-row.js';
import type { TrainingImage } from './training-image.js';

type RowReader = (row: unknown, folder: string) => TrainingImage;

/**
 * Reads a data set: `manifest.jsonl` in a folder, or the file itself. The first line tells the format: ChestX-ray14
 * (`source_size`), Kermany (`squashed`), or our own.
 *
 * @throws {@link InvalidInputError} naming the file, the line and what is wrong with it.
 */
export async function readDataset(path: string): Promise<TrainingImage[]> {
  const isFolder = await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, 'manifest.jsonl') : path;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InvalidInputError(
      '--data',
      'a folder with manifest.jsonl, or such a file',
      path,
      'See docs/cli.md for its lines.',
    );
  });
  const rows = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
  if (rows.length === 0) throw new InvalidInputError('--data', 'at least one line', file);
  const readRow = readerOf(parse(rows[0].line, file, 1));
  return rows.map(({ line, number }) => {
    try {
      return readRow(parse(line, file, number), dirname(file));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      throw new InvalidInputError(
        `${file} line ${number}`,
        'a labelled picture',
        z.prettifyError(error),
      );
    }
  });
}

function parse(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new InvalidInputError(`${file} line ${number}`, 'JSON', line);
  }
}

function readerOf(row: unknown): RowReader {
  if (typeof row !== 'object' || row === null) return readOwnRow;
  if ('source_size' in row) return readNihRow;
  return 'squashed' in row ? readKermanyRow : readOwnRow;
}
