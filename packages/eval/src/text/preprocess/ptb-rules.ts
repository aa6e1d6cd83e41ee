import { DOTTED, DOTTED_AT_END, DOTTED_BEFORE_NUMBER } from './ptb-abbreviations.js';

/** One rule of the tokeniser. */
export interface TokenRule {
  /** Sticky; what it matches is used up. */
  readonly pattern: RegExp;
  /** @returns The token or tokens of a match at index `at` of `text`; letter case does not matter. */
  tokens(matched: string, text: string, at: number): string | readonly string[];
}

const WORD = '[\\p{L}\\p{M}\\p{Nd}_]';
const LETTER = '\\p{L}';
const JOINED = `${WORD}+(?:[-/]${WORD}+)*`;
const alternatives = (list: ReadonlySet<string>): string => [...list].join('|');
const itself = (matched: string): string => matched;

function rule(source: string, tokens: TokenRule['tokens'] = itself): TokenRule {
  return { pattern: new RegExp(source, 'iuy'), tokens };
}

function straight(matched: string): string {
  return matched.replace('’', "'");
}

/** Splits after `first` characters. */
function splitAt(matched: string, first: number): string[] {
  return [matched.slice(0, first), matched.slice(first)].map(straight);
}

// lengths are bounded so that no text takes time quadratic in its length
const LINKS: readonly TokenRule[] = [
  rule('https?://[^\\s"<>|()]*[^\\s"<>|.!?(){},-]'),
  rule('(?:www\\.)?(?:[\\w-]{1,63}\\.){1,8}(?:com|net|org|edu)(?![\\w])(?:/[^\\s"<>|()]*)?'),
  rule('[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}'),
];

const NUMBER: TokenRule = rule('(?:(?<![^\\s])[-+])?(?:\\d*(?:[.,:]\\d+)+|\\d+)');

/** Rules for what begins with a letter, a digit or `_`. */
export const WORD_RULES: readonly TokenRule[] = [
  ...LINKS,
  NUMBER,
  rule(`(?:cannot|gonna|wanna|gotta|gimme|lemme)(?!${WORD})`, (matched) => splitAt(matched, 3)),
  rule(`${JOINED}(?<=${WORD}n)['’]t(?!${WORD})`, (matched) => splitAt(matched, matched.length - 3)),
  rule(JOINED),
  rule(`[dlo]['’]${WORD}+(?:-${WORD}+)*`, straight),
  rule(`${LETTER}${WORD}*(?:[.!?]${LETTER}${WORD}*)+`),
  rule(`(?:${LETTER}\\.)+`),
  rule(`(?:${alternatives(DOTTED)})\\.`),
  rule(`(?:${alternatives(DOTTED_AT_END)}|ph\\.d)\\.`, endOfSentence),
  rule(`(?:${alternatives(DOTTED_BEFORE_NUMBER)})\\.(?=\\s*\\d)`),
  rule(`${WORD}+\\.(?=[,;:])`),
];

/** Adds a dot where the line ends or a capitalised word follows. */
function endOfSentence(matched: string, text: string, at: number): string | readonly string[] {
  const rest = text.slice(at + matched.length, at + matched.length + 40);
  return /^(?:\s*$|\s+\p{Lu})/u.test(rest) ? [matched, '.'] : matched;
}

const REPLACED: Readonly<Record<string, string>> = {
  '(': '-lrb-',
  ')': '-rrb-',
  '[': '-lsb-',
  ']': '-rsb-',
  '{': '-lcb-',
  '}': '-rcb-',
  '“': '``',
  '”': "''",
  '‘': '`',
  '’': "'",
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '…': '...',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};

/** Rules for what begins with anything else. */
export const SYMBOL_RULES: readonly TokenRule[] = [
  NUMBER,
  rule(
    '&(?:lt|gt|amp|quot|apos);|[()[\\]{}“”‘’½¼¾…]',
    (matched) => REPLACED[matched.toLowerCase()],
  ),
  rule(
    '<(?:[!?][a-z-][^<>\\n]*|/?[a-z][\\w:.-]*(?: +[a-z][\\w:.-]*(?: *= *(?:"[^"\\n]*"|\'[^\'\\n]*\'))?)* */?)>',
  ),
  rule('\\.{3,}', () => '...'),
  rule('-{2,}|[–—]', () => '--'),
  rule('[?!]+'),
  rule("''|``"),
  rule('"', (_, text, at) => (/[\s([{<]/.test(text[at - 1] ?? ' ') ? '``' : "''")),
  rule("['’]\\d\\ds(?![\\p{L}\\p{Nd}])", straight),
  rule(`(?<=${WORD})['’](?:s|re|ve|ll|m|d)(?!${WORD})`, straight),
  rule("'", (_, text, at) =>
    /[\s([{]/.test(text[at - 1] ?? ' ') && /\S/.test(text[at + 1] ?? ' ') ? '`' : "'",
  ),
];
