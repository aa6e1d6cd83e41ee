/** Sentences that say a label is present, and that it is absent. */
export interface PromptPair {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

/** Templates of a prompt ensemble; `{label}` is replaced. */
export interface PromptTemplates {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
}

/** The pair with which R-CLIP was evaluated (CRRG-CLIP `evaluator.py:230-250`). */
export const R_CLIP_TEMPLATES: PromptTemplates = {
  positive: ['Findings suggesting {label}.'],
  negative: ['No evidence of {label}'],
};

/** CheXzero's pair (Tiu et al. 2022, `zero_shot.py`). */
export const CHEXZERO_TEMPLATES: PromptTemplates = {
  positive: ['{label}'],
  negative: ['no {label}'],
};

/** Our ensemble; the vectors of its sentences are averaged. */
export const ENSEMBLE_TEMPLATES: PromptTemplates = {
  positive: [
    'Findings suggesting {label}.',
    'There is {label}.',
    'Evidence of {label}.',
    'The image shows {label}.',
  ],
  negative: [
    'No evidence of {label}.',
    'There is no {label}.',
    'No {label}.',
    'No {label} is seen.',
  ],
};

/**
 * "No Finding" cannot go through a template: "no No Finding" turns the pair round (CheXzero issue 19, AUROC 0.07).
 * Its presence is normality, its absence is abnormality.
 */
export const NO_FINDING_PROMPTS: PromptPair = {
  positive: [
    'Normal chest radiograph.',
    'No acute cardiopulmonary abnormality.',
    'The lungs are clear.',
  ],
  negative: [
    'Abnormal chest radiograph.',
    'There is an abnormality.',
    'Findings of chest disease.',
  ],
};

/** Spellings of No Finding. */
function isNoFinding(label: string): boolean {
  return /^(no[ _-]?findings?|normal)$/i.test(label.trim());
}

/** @returns The prompts of one label; underscores become spaces, words that are not acronyms lower case. */
export function promptPair(
  label: string,
  templates: PromptTemplates = ENSEMBLE_TEMPLATES,
): PromptPair {
  if (isNoFinding(label)) return NO_FINDING_PROMPTS;
  const words = label
    .trim()
    .replaceAll('_', ' ')
    .split(/\s+/)
    .map((word) => (/^[A-Z0-9-]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
  const fill = (list: readonly string[]): string[] =>
    list.map((template) => template.replace('{label}', words));
  return { positive: fill(templates.positive), negative: fill(templates.negative) };
}
