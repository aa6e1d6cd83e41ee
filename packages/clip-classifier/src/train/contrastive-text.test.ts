import { createRandom, type LabelledImage } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { composeText, contrastiveTargets, isTrueOf, textTargets } from './contrastive-text.js';

const item = (findings: LabelledImage['findings']): LabelledImage => ({
  image: 'a.png',
  split: 'train',
  patient: '1',
  source: 's',
  findings,
});
const sick = item({ Pneumonia: 1, Edema: 0, 'No Finding': 0 });
const well = item({ Pneumonia: 0, Edema: 0, 'No Finding': 1 });

describe('composeText', () => {
  it('says only what is known to be true', () => {
    for (let seed = 0; seed < 200; seed++)
      for (const one of [sick, well]) {
        const text = composeText(one, createRandom(seed));
        expect(text.statements.length).toBeGreaterThan(0);
        expect(isTrueOf(text, one)).toBe(true);
        expect(text.text).not.toMatch(/\b(left|right)\b/);
      }
  });

  it('takes the report in half of the draws where there is one', () => {
    const told = { ...sick, report: 'The left lung base is hazy.' };
    const texts = Array.from({ length: 400 }, (_, seed) => composeText(told, createRandom(seed)));
    const reports = texts.filter(({ text }) => text === told.report);
    expect(reports.length).toBeGreaterThan(150);
    expect(reports.length).toBeLessThan(250);
    expect(texts.every((text) => isTrueOf(text, told))).toBe(true);
    expect(isTrueOf(reports[0], well)).toBe(false);
  });
});

describe('targets', () => {
  const texts = [
    { text: 'a', statements: [{ finding: 'Edema', present: false }] },
    { text: 'b', statements: [{ finding: 'No Finding', present: true }] },
  ];

  it('share a row among the texts that are true of the picture', () => {
    expect([...contrastiveTargets([sick, well], texts, true)]).toEqual([1, 0, 0.5, 0.5]);
    expect([...contrastiveTargets([sick, well], texts, false)]).toEqual([1, 0, 0, 1]);
  });

  it('match texts that say the same', () => {
    expect([...textTargets(texts, [texts[1], texts[1]], true)]).toEqual([1, 0, 0.5, 0.5]);
  });
});
