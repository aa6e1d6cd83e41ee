import { InvalidInputError } from '@cxrkit/core';
import { none } from './none.js';
import { ptb } from './ptb.js';
import { r2genIu } from './r2gen-iu.js';
import { r2genMimic } from './r2gen-mimic.js';
import { radcliq } from './radcliq.js';
import { rgrg } from './rgrg.js';

/**
 * What happens to texts before they are compared. It moves BLEU-4 of the same texts by 0.03 and more, so every score
 * names it.
 *
 * - `ptb`: Penn Treebank tokens without punctuation, lower-cased; what the COCO scores of pycocoevalcap see.
 * - `r2gen_iu`, `r2gen_mimic`: R2Gen's cleaners.
 * - `rgrg`: dots set apart, case kept.
 * - `radcliq`: lower case, dots set apart.
 * - `none`: as given.
 */
export type Preprocessing = 'ptb' | 'r2gen_iu' | 'r2gen_mimic' | 'rgrg' | 'radcliq' | 'none';

const BY_NAME: ReadonlyMap<string, (text: string) => string> = new Map<
  Preprocessing,
  (text: string) => string
>([
  ['ptb', ptb],
  ['r2gen_iu', r2genIu],
  ['r2gen_mimic', r2genMimic],
  ['rgrg', rgrg],
  ['radcliq', radcliq],
  ['none', none],
]);

/** Names of all preprocessings. */
export const PREPROCESSINGS: readonly Preprocessing[] = [...BY_NAME.keys()] as Preprocessing[];

/**
 * Prepares a text for comparison.
 *
 * @param name - See {@link Preprocessing}.
 * @returns Tokens joined by single spaces; for `none` the text itself.
 * @throws {@link InvalidInputError} for a name that is not known.
 */
export function preprocess(text: string, name: Preprocessing): string {
  const apply = BY_NAME.get(name);
  if (apply === undefined)
    throw new InvalidInputError('preprocessing', `one of ${[...BY_NAME.keys()].join(', ')}`, name);
  return apply(text);
}
