import { TOPIC_PHRASES, type Topic } from './phrases.js';

/** A phrase of a topic at `[start, end)` of the cleaned text, widened to whole words. */
export interface Mention {
  readonly topic: Topic;
  readonly start: number;
  readonly end: number;
}

interface Finder {
  readonly topic: Topic;
  readonly phrases: RegExp;
  readonly unmentions: RegExp | undefined;
}

const FINDERS: readonly Finder[] = TOPIC_PHRASES.map(({ topic, phrases, unmentions }) => ({
  topic,
  phrases: new RegExp(phrases.join('|'), 'g'),
  unmentions: unmentions === undefined ? undefined : new RegExp(unmentions.join('|'), 'g'),
}));

/** Finds all mentions of a cleaned report, topic by topic. */
export function findMentions(text: string): Mention[] {
  const mentions: Mention[] = [];
  for (const { topic, phrases, unmentions } of FINDERS) {
    let unmentioned: readonly Span[] | undefined;
    phrases.lastIndex = 0;
    for (let hit = phrases.exec(text); hit !== null; hit = phrases.exec(text)) {
      const span = { start: hit.index, end: hit.index + hit[0].length };
      unmentioned ??= spans(unmentions, text);
      if (unmentioned.some((other) => other.start < span.end && span.start < other.end)) continue;
      mentions.push({ topic, ...widen(text, span) });
    }
  }
  return mentions;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spans(pattern: RegExp | undefined, text: string): readonly Span[] {
  if (pattern === undefined) return [];
  return Array.from(text.matchAll(pattern), (hit) => ({
    start: hit.index,
    end: hit.index + hit[0].length,
  }));
}

/** `atelecta|sis` ends after the word, so that what follows it can be looked at. */
function widen(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from > 0 && isWordCharacter(text.charCodeAt(from - 1))) from--;
  while (to < text.length && isWordCharacter(text.charCodeAt(to))) to++;
  return { start: from, end: to };
}

function isWordCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45;
}
