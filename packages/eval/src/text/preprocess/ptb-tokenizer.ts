import { SYMBOL_RULES, type TokenRule, WORD_RULES } from './ptb-rules.js';

const SPACE = /\s+/uy;
const WORD_START = /[\p{L}\p{Nd}_]/uy;

/**
 * Splits a text into Penn Treebank tokens, lower-cased, as Stanford's PTBTokenizer 3.4.1 with `-preserveLines
 * -lowerCase` does on one line; newlines count as spaces. At each place the longest rule wins, the first of equals.
 *
 * Own rules, written from its output; measured agreement with it is in the tests. Known differences: dates with
 * several slashes, rare abbreviations.
 */
export function ptbTokenize(text: string): string[] {
  const tokens: string[] = [];
  for (let at = skip(text, 0); at < text.length; ) {
    const rules = matches(WORD_START, text, at) ? WORD_RULES : SYMBOL_RULES;
    const { rule, matched } = longest(rules, text, at);
    const emitted = rule === undefined ? matched : rule.tokens(matched, text, at);
    if (typeof emitted === 'string') tokens.push(emitted.toLowerCase());
    else for (const token of emitted) tokens.push(token.toLowerCase());
    at = skip(text, at + matched.length);
  }
  return tokens;
}

function longest(
  rules: readonly TokenRule[],
  text: string,
  at: number,
): { readonly rule: TokenRule | undefined; readonly matched: string } {
  let rule: TokenRule | undefined;
  let matched = '';
  for (const candidate of rules) {
    candidate.pattern.lastIndex = at;
    const found = candidate.pattern.exec(text)?.[0] ?? '';
    if (found.length <= matched.length) continue;
    rule = candidate;
    matched = found;
  }
  // no rule: one character, which may be two code units
  return { rule, matched: matched || String.fromCodePoint(text.codePointAt(at) ?? 0) };
}

function skip(text: string, at: number): number {
  return matches(SPACE, text, at) ? SPACE.lastIndex : at;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
