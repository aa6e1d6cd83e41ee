import { readFile } from 'node:fs/promises';
import { ModelLoadError } from '@cxrkit/core';

/** @throws {@link ModelLoadError} if a file of a tokenizer cannot be read. */
export async function readTokenizerText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ModelLoadError(path, 'it could not be read.', error);
  }
}

/** @throws {@link ModelLoadError} if a file of a tokenizer cannot be read or is no JSON. */
export async function readTokenizerJson<T>(path: string): Promise<T> {
  const text = await readTokenizerText(path);
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new ModelLoadError(path, 'it is no JSON of a tokenizer.', error);
  }
}
