import { describe, expect, it } from 'vitest';
import { FINDING_CODES, findingCodes } from './finding-codes.js';
import { PROMPT_FINDINGS } from './findings.js';

describe('codes of findings', () => {
  it('gives each state of each finding a number of its own', () => {
    const states = ['unmentioned', 'negative', 'uncertain', 'positive'] as const;
    const codes = states.flatMap((state) =>
      findingCodes(Object.fromEntries(PROMPT_FINDINGS.map((finding) => [finding, state]))),
    );
    expect(new Set(codes).size).toBe(FINDING_CODES);
    expect([Math.min(...codes), Math.max(...codes)]).toEqual([0, FINDING_CODES - 1]);
  });

  it('takes what is left out for unmentioned', () => {
    const codes = findingCodes({ Cardiomegaly: 'positive' });
    expect(codes).toHaveLength(14);
    expect(codes).toEqual(
      findingCodes({ Cardiomegaly: 'positive', Edema: 'unmentioned', Pneumonia: undefined }),
    );
    expect(codes).not.toEqual(findingCodes({ Cardiomegaly: 'negative' }));
  });
});
