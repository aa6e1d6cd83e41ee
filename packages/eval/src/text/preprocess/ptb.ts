import { ptbTokenize } from './ptb-tokenizer.js';

/** Tokens that pycocoevalcap drops; brackets come lower-cased from the tokeniser and so are never met (its bug). */
const DROPPED: ReadonlySet<string> = new Set([
  ...["''", "'", '``', '`', '-LRB-', '-RRB-', '-LCB-', '-RCB-'],
  ...['.', '?', '!', ',', ':', '-', '--', '...', ';'],
]);

/**
 * Gives lower-cased Penn Treebank tokens without punctuation, joined by spaces, as pycocoevalcap's `PTBTokenizer`.
 * `-lrb-`, `-rrb-`, `?!`, `/` and `%` stay, as there.
 *
 * @see salaniz/pycocoevalcap, tokenizer/ptbtokenizer.py
 */
export function ptb(text: string): string {
  return ptbTokenize(text)
    .filter((token) => !DROPPED.has(token))
    .join(' ');
}
