import type { Random } from '@cxrkit/core';
import { GRAMMAR } from './grammar.js';

/** How a finding is called in one study. */
export interface NounPhrase {
  /** With its article: "a lung mass". */
  readonly text: string;
  readonly isPlural: boolean;
}

const MOST_FINDINGS_PER_SENTENCE = 3;

/** Draws one of `items`. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)];
}

/** Draws the words for a finding that is present. */
export function nameFinding(finding: string, random: Random): NounPhrase {
  const { singular, plural } = GRAMMAR.findings[finding];
  const index = random.integer(singular.length + plural.length);
  const isPlural = index >= singular.length;
  return { text: isPlural ? plural[index - singular.length] : singular[index], isPlural };
}

/** Says that findings are present, without a place: a sentence for up to three, the next begins with "also". */
export function wordPresent(findings: readonly string[], random: Random): string {
  const whole = findings.length === 1 ? (GRAMMAR.findings[findings[0]].sentences ?? []) : [];
  if (whole.length > 0 && random.uniform() < 0.7) return pick(whole, random);
  const { present, also } = GRAMMAR.templates;
  return splitList(findings, random)
    .map((part, index) =>
      fillTemplate(
        pick(index === 0 ? present : also, random),
        part.map((finding) => nameFinding(finding, random)),
      ),
    )
    .join(' ');
}

/** Says that findings, known to be absent, are absent. */
export function wordAbsent(
  findings: readonly string[],
  random: Random,
  templates: readonly string[] = GRAMMAR.templates.absent,
): string {
  const names = findings.map((finding) =>
    pick(GRAMMAR.findings[finding].singular, random).replace(/^an? /u, ''),
  );
  return pick(templates, random).replace('{x}', joinList(names, 'or'));
}

/** Fills `{x}`, `{X}` (capitalised), `{is}` (agreeing) and `{place}`. */
export function fillTemplate(template: string, phrases: readonly NounPhrase[], place = ''): string {
  const list = joinList(
    phrases.map(({ text }) => text),
    'and',
  );
  // "there is" agrees with the first of a list
  const isPlural =
    phrases[0].isPlural || (phrases.length > 1 && !template.startsWith('There {is}'));
  return template
    .replace('{x}', list)
    .replace('{X}', list.charAt(0).toUpperCase() + list.slice(1))
    .replace('{is}', isPlural ? 'are' : 'is')
    .replace('{place}', place);
}

/** Cuts a list into sentences; of two or three findings the last one may get its own. */
function splitList(findings: readonly string[], random: Random): string[][] {
  const size =
    findings.length > 1 && random.uniform() < 0.3
      ? Math.min(findings.length - 1, MOST_FINDINGS_PER_SENTENCE)
      : MOST_FINDINGS_PER_SENTENCE;
  const parts: string[][] = [];
  for (let start = 0; start < findings.length; start += size)
    parts.push(findings.slice(start, start + size));
  return parts;
}

function joinList(items: readonly string[], conjunction: 'and' | 'or'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${conjunction} ${items[items.length - 1]}`;
}
