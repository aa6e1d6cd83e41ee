import type { LabelledImage, Random } from '@cxrkit/core';
import { type Statement, wordStatement } from './phrases.js';

/** A text and what it says. */
export interface ContrastiveText {
  readonly text: string;
  readonly statements: readonly Statement[];
}

/**
 * Composes a text that is true of a picture: up to two findings it has (or normality) and up to two it lacks; in half of
 * the draws its report, which says all that is known, where it has one.
 *
 * @param random - Chooses findings, order and wording.
 */
export function composeText({ findings, report }: LabelledImage, random: Random): ContrastiveText {
  const known = Object.entries(findings).map(([finding, value]) => ({
    finding,
    present: value === 1,
  }));
  if (report !== undefined && random.integer(2) === 0) return { text: report, statements: known };
  const present = random.shuffle(known.filter(({ present: there }) => there)).slice(0, 2);
  const absent = random
    .shuffle(known.filter(({ finding, present: there }) => !there && finding !== 'No Finding'))
    .slice(0, random.integer(3));
  const statements = random.shuffle([...present, ...absent]);
  const chosen = statements.length > 0 ? statements : known.slice(0, 1);
  return {
    statements: chosen,
    text: chosen.map((statement) => wordStatement(statement, random.integer)).join(' '),
  };
}

/** Tells whether all statements are known to hold of a picture. */
export function isTrueOf({ statements }: ContrastiveText, { findings }: LabelledImage): boolean {
  return statements.every(({ finding, present }) => findings[finding] === (present ? 1 : 0));
}

/**
 * Targets of the contrastive loss: row i spreads over the texts that are true of picture i, so that a text
 * that also fits another picture is no false negative. With `merge` off it is the identity, as in CXR-CLIP.
 *
 * @returns `[N * N]`, rows sum to 1.
 */
export function contrastiveTargets(
  images: readonly LabelledImage[],
  texts: readonly ContrastiveText[],
  merge: boolean,
): Float32Array {
  return spread(images.length, (i, j) => merge && isTrueOf(texts[j], images[i]));
}

/** Targets between two lists of texts: equal statements belong together. */
export function textTargets(
  a: readonly ContrastiveText[],
  b: readonly ContrastiveText[],
  merge: boolean,
): Float32Array {
  const key = ({ statements }: ContrastiveText): string =>
    statements
      .map(({ finding, present }) => `${present ? '+' : '-'}${finding}`)
      .sort()
      .join();
  return spread(a.length, (i, j) => merge && key(b[j]) === key(a[i]));
}

/** `[n * n]` rows that share 1 among the diagonal and what else belongs. */
function spread(n: number, belongs: (i: number, j: number) => boolean): Float32Array {
  const targets = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    const fits = Array.from({ length: n }, (_, j) => i === j || belongs(i, j));
    const count = fits.filter(Boolean).length;
    fits.forEach((fit, j) => {
      if (fit) targets[i * n + j] = 1 / count;
    });
  }
  return targets;
}
