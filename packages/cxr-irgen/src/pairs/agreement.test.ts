import { describe, expect, it, vi } from 'vitest';
import { parseFindings } from '../prompt/index.js';
import { judgeAgreement } from './agreement.js';

const image = { width: 1, height: 1, data: Uint8Array.of(0) };
const pair = { image, report: 'The heart is large.' };
const asked = parseFindings('Cardiomegaly,Edema,-Pneumothorax,?Pneumonia');

describe('judgeAgreement', () => {
  it('compares what is seen and read with what was asked', async () => {
    const classifier = vi.fn(async () => ({
      ...{ Cardiomegaly: 0.9, Edema: 0.5, Pneumothorax: 0.2, Pneumonia: 0.6 },
      Fracture: 1,
    }));
    const labeler = async () => parseFindings('Cardiomegaly,?Edema,Fracture');
    const agreement = await judgeAgreement(asked, pair, { classifier, labeler });
    expect(classifier).toHaveBeenCalledWith(image, [
      'Cardiomegaly',
      'Edema',
      'Pneumonia',
      'Pneumothorax',
    ]);
    // Image: (0.9 + 0.5 + 0.8) / 3; report: cardiomegaly stated, edema only suspected, pneumothorax not spoken of.
    expect(agreement?.imageScore).toBeCloseTo(2.2 / 3);
    expect(agreement?.reportScore).toBeCloseTo(2 / 3);
    expect(agreement?.score).toBeCloseTo((2.2 + 2) / 6);
    expect(agreement?.image).toEqual({
      Cardiomegaly: 0.9,
      Edema: 0.5,
      Pneumonia: 0.6,
      Pneumothorax: 0.2,
    });
    expect(agreement?.report).toEqual({ Cardiomegaly: 'positive', Edema: 'uncertain' });
  });

  it('judges only what can be judged', async () => {
    const classifier = async () => ({ Edema: 0.25 });
    const partly = await judgeAgreement(asked, pair, { classifier });
    expect(partly).toMatchObject({ score: 0.25, imageScore: 0.25, reportScore: null });
    const unread = { ...pair, report: null };
    const labeler = async () => ({});
    expect(await judgeAgreement(asked, unread, { labeler })).toMatchObject({ score: null });
    expect(await judgeAgreement(parseFindings('?Edema'), pair, { classifier })).toMatchObject({
      score: null,
    });
    expect(await judgeAgreement(asked, pair, {})).toBeNull();
    expect(await judgeAgreement(null, pair, { classifier })).toBeNull();
  });

  it.each([Number.NaN, -0.1, 1.1])('refuses %d as a probability', async (Edema) => {
    const judged = judgeAgreement(asked, pair, { classifier: async () => ({ Edema }) });
    await expect(judged).rejects.toThrow(`from 0 to 1 for the classifier's Edema, got ${Edema}`);
  });
});
