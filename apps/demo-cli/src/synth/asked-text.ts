import type { Agreement, ManifestEntry } from '@cxrkit/cxr-irgen';

const SIGNS = new Map<unknown, string>([
  [1, ''],
  [-1, 'perhaps '],
  [0, 'no '],
]);

/** @returns What a pair was asked to show, in a few words: first what is present, last what is absent. */
export function askedText({ findings, prompt }: ManifestEntry): string {
  if (findings === null) return prompt;
  const words = [...SIGNS].flatMap(([sign, word]) =>
    Object.entries(findings).flatMap(([finding, code]) =>
      code === sign ? [`${word}${finding}`] : [],
    ),
  );
  return words.length === 0 ? 'nothing in particular' : words.join(', ');
}

/** @returns How well a pair shows it, in a few words. */
export function agreementText(agreement: Agreement | null): string {
  if (agreement === null || agreement.score === null) return 'not judged';
  const { score, imageScore, reportScore } = agreement;
  const parts = [
    ...(imageScore === null ? [] : [`image ${percent(imageScore)}`]),
    ...(reportScore === null ? [] : [`report ${percent(reportScore)}`]),
  ];
  return `${percent(score)} (${parts.join(', ')})`;
}

/** @returns Whole percent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
