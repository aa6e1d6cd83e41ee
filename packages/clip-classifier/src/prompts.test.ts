import { describe, expect, it } from 'vitest';
import { CHEXZERO_TEMPLATES, NO_FINDING_PROMPTS, promptPair, R_CLIP_TEMPLATES } from './prompts.js';

describe('promptPair', () => {
  it('gives the published pairs word for word', () => {
    expect(promptPair('pneumonia', R_CLIP_TEMPLATES)).toEqual({
      positive: ['Findings suggesting pneumonia.'],
      negative: ['No evidence of pneumonia'],
    });
    expect(promptPair('Pleural Effusion', CHEXZERO_TEMPLATES).negative).toEqual([
      'no pleural effusion',
    ]);
  });

  it('never negates No Finding by a template (CheXzero issue 19)', () => {
    for (const label of ['No Finding', 'no_finding', 'Normal', 'No findings'])
      expect(promptPair(label)).toBe(NO_FINDING_PROMPTS);
  });

  it('reads underscores as spaces and keeps acronyms', () => {
    expect(promptPair('Pleural_Thickening').positive[1]).toBe('There is pleural thickening.');
    expect(promptPair('COVID-19 pneumonia').positive[1]).toBe('There is COVID-19 pneumonia.');
  });
});
