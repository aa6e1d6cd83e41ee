import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { z } from 'zod';
import { kermanyRowSchema, readKermanyRow } from './kermany-row.js';
import { nihRowSchema, readNihRow } from './nih-row.js';
import { ownRowSchema, readOwnRow } from './own-row.js';
import type { TrainingImage } from './training-image.js';

interface Format {
  readonly read: (row: unknown, folder: string) => TrainingImage;
}

const FORMATS: Readonly<Record<'nih' | 'kermany' | 'own', Format>> = {
  nih: { read: (row, folder) => readNihRow(nihRowSchema.parse(row), folder) },
  kermany: { read: (row, folder) => readKermanyRow(kermanyRowSchema.parse(row), folder) },
  own: { read: (row, folder) => readOwnRow(ownRowSchema.parse(row), folder) },
};

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
  const format = formatOf(parse(rows[0].line, file, 1));
  return rows.map(({ line, number }) => {
    try {
      return format.read(parse(line, file, number), dirname(file));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      throw new InvalidInputError(`${file} line ${number}`, 'a labelled picture', z.prettifyError(error));
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

function formatOf(row: unknown): Format {
  if (typeof row !== 'object' || row === null) return FORMATS.own;
  if ('source_size' in row) return FORMATS.nih;
  return 'squashed' in row ? FORMATS.kermany : FORMATS.own;
}
