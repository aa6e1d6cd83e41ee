import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import { writeFiles } from '../../output/write-files.js';

/**
 * Learns the vocabulary of a run once: a run that goes on takes the one in its folder, so that ids keep their words.
 *
 * @returns The tokenizer and its size.
 */
export async function learnedTokenizer(
  runFolder: string,
  learn: () => TokenizerJson,
): Promise<{ readonly tokenizer: TokenizerJson; readonly size: number }> {
  const path = join(runFolder, 'tokenizer.json');
  const known = await readFile(path, 'utf8').catch(() => undefined);
  const tokenizer = known === undefined ? learn() : (JSON.parse(known) as TokenizerJson);
  if (known === undefined)
    await writeFiles({ [join(dirname(path), 'tokenizer.json')]: JSON.stringify(tokenizer) });
  return { tokenizer, size: createTokenizer(tokenizer).vocabularySize };
}
