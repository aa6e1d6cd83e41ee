import { readFile } from 'node:fs/promises';
import { type LinearProbe, parseProbe } from '@cxrkit/clip-classifier';
import { InvalidInputError } from '@cxrkit/core';

/**
 * Reads the file of `--probe`.
 *
 * @throws {@link InvalidInputError} if it is missing or no probe.
 */
export async function readProbe(path: string): Promise<LinearProbe> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new InvalidInputError('--probe', 'a file that cxr train probe wrote', path);
  return parseProbe(text);
}
