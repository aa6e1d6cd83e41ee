import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import { writeFiles } from '../../output/write-files.js';

/**
 * Learns the vocabulary of a run once: a run that goes on takes the one in its folder, and one that starts from weights the
 * `tokenizer.json` beside them, so that ids keep their words.
 *
 * @param init - File of the weights to start from.
 * @returns The tokenizer and its size.
 */
export async function learnedTokenizer(
  runFolder: string,
  learn: () => TokenizerJson,
  init?: string,
): Promise<{ readonly tokenizer: TokenizerJson; readonly size: number }> {
  const path = join(runFolder, 'tokenizer.json');
  const read = (file: string): Promise<string | undefined> =>
    readFile(file, 'utf8').catch(() => undefined);
  const known = await read(path);
  const given =
    known ?? (init === undefined ? undefined : await read(join(dirname(init), 'tokenizer.json')));
  const tokenizer = given === undefined ? learn() : (JSON.parse(given) as TokenizerJson);
  if (known === undefined)
    await writeFiles({ [join(dirname(path), 'tokenizer.json')]: JSON.stringify(tokenizer) });
  return { tokenizer, size: createTokenizer(tokenizer).vocabularySize };
}
