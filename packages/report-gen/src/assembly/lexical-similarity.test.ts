import { describe, expect, it } from 'vitest';
import { lexicalSimilarity } from './lexical-similarity.js';

async function similarity(a: string, b: string): Promise<number> {
  const [, value, mirrored] = await lexicalSimilarity.matrix([a, b]);
  expect(mirrored).toBe(value);
  return value;
}

describe('lexicalSimilarity', () => {
  it.each([
    [
      'There is no pleural effusion or pneumothorax.',
      'No pleural effusion or pneumothorax is seen',
    ],
    ['The lungs are clear.', 'Lungs are clear.'],
    ['No evidence of pneumothorax.', 'There is no pneumothorax.'],
    ["The line doesn't cross.", 'The line does not cross'],
  ])('takes %j and %j as one', async (a, b) => {
    expect(await similarity(a, b)).toBe(1);
  });

  it.each([
    ['No pleural effusion.', 'Pleural effusion.'],
    ['Effusion without pneumothorax.', 'Effusion with pneumothorax.'],
    ['The line does not cross.', 'The line does cross.'],
    ['No effusion, opacity present.', 'Effusion, no opacity present.'],
    ['The left lung is clear.', 'The right lung is clear.'],
    ['Left opacity and right effusion.', 'Right opacity and left effusion.'],
    ['Opacity in the upper zone.', 'Opacity in the lower zone.'],
    ['Mild cardiomegaly.', 'Severe cardiomegaly.'],
    ['A nodule of 1.5 cm.', 'A nodule of 2.5 cm.'],
    ['Fracture of T8.', 'Fracture of T9.'],
  ])('never takes %j for %j, however long the sentence', async (a, b) => {
    const context = 'Sternotomy wires, dual lead pacemaker, hiatal hernia, surgical clips:';
    expect(await similarity(a, b)).toBe(0);
    expect(await similarity(`${context} ${a}`, `${context} ${b}`)).toBe(0);
    expect(await similarity(`${context} ${a}`, `${context} of ${a}`)).toBe(1);
  });

  it.each([
    ['', 'Clear.'],
    ['The.', 'There is.'],
  ])('takes nothing for something: %j and %j', async (a, b) => {
    expect(await similarity(a, b)).toBe(0);
  });

  it('is the F1 of clipped words and pairs', async () => {
    // heart size within limits | heart contour within limits: 3 of 4 words and 1 of 3 pairs each way
    const value = await similarity(
      'Heart size within limits.',
      'The heart contour is within limits.',
    );
    expect(value).toBeCloseTo(4 / 7, 12);
    // wire wire | wire: words 1 of 2 and 1 of 1, pairs 0 of 1 and none
    expect(await similarity('Wire, wire.', 'Wire.')).toBeCloseTo(2 / 4, 12);
  });

  it('is 1 on the diagonal, also for a sentence without content', async () => {
    const matrix = await lexicalSimilarity.matrix(['The.', 'Clear lungs.', '']);
    expect([matrix[0], matrix[4], matrix[8]]).toEqual([1, 1, 1]);
  });
});
