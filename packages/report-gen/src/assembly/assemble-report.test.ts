import { describe, expect, it } from 'vitest';
import { assembleReport } from './assemble-report.js';

describe('assembleReport', () => {
  it('joins in region order, splits, removes duplicates and tells who said what', async () => {
    const report = await assembleReport([
      { region: 'cardiac silhouette', sentence: 'The heart is enlarged.' },
      { region: 'left lung', sentence: 'No pleural effusion. The lungs are clear.' },
      { region: 'right lung', sentence: 'The lungs are clear.' },
      { region: 'left costophrenic angle', sentence: 'There is no pleural effusion.' },
      { region: 'abdomen', sentence: '' },
    ]);
    expect(report).toEqual({
      text: 'The lungs are clear. There is no pleural effusion. The heart is enlarged.',
      sentences: [
        { text: 'The lungs are clear.', regions: ['right lung', 'left lung'] },
        {
          text: 'There is no pleural effusion.',
          regions: ['left lung', 'left costophrenic angle'],
        },
        { text: 'The heart is enlarged.', regions: ['cardiac silhouette'] },
      ],
      removed: [
        {
          region: 'left lung',
          sentence: 'The lungs are clear.',
          duplicateOf: 'The lungs are clear.',
          rule: 'exact',
          similarity: 1,
        },
        {
          region: 'left lung',
          sentence: 'No pleural effusion.',
          duplicateOf: 'There is no pleural effusion.',
          rule: 'soft',
          similarity: 1,
        },
      ],
      similarity: 'lexical',
    });
  });

  it('takes out denials of what another region states, unless they are to be kept', async () => {
    const said = [
      { region: 'right lung', sentence: 'The lungs are clear. No pneumothorax.' },
      { region: 'left lung', sentence: 'Pneumonia is seen in the left lung.' },
      { region: 'spine', sentence: 'The lungs are clear.' },
    ] as const;
    const report = await assembleReport(said);
    expect(report.text).toBe('No pneumothorax. Pneumonia is seen in the left lung.');
    expect(report.sentences.map(({ regions }) => regions)).toEqual([['right lung'], ['left lung']]);
    expect(report.removed).toEqual([
      expect.objectContaining({ region: 'spine', rule: 'exact' }),
      {
        region: 'right lung',
        sentence: 'The lungs are clear.',
        contradictedBy: 'Pneumonia is seen in the left lung.',
        rule: 'contradiction',
        finding: 'Pneumonia',
      },
    ]);
    const kept = await assembleReport(said, { contradictions: 'keep' });
    expect(kept.text).toBe(
      'The lungs are clear. No pneumothorax. Pneumonia is seen in the left lung.',
    );
  });

  it('follows chains of duplicates to the sentence that stays', async () => {
    const report = await assembleReport([
      { region: 'right lung', sentence: 'No pneumothorax.' },
      { region: 'left lung', sentence: 'No pneumothorax.' },
      { region: 'trachea', sentence: 'No pneumothorax is seen.' },
      { region: 'spine', sentence: 'There is no evidence of pneumothorax.' },
    ]);
    expect(report.text).toBe('There is no evidence of pneumothorax.');
    expect(report.sentences[0].regions).toEqual(['right lung', 'left lung', 'trachea', 'spine']);
    expect(report.removed.map(({ region }) => region)).toEqual([
      'left lung',
      'right lung',
      'trachea',
    ]);
  });

  it('does not let a text cut off without a period swallow the next', async () => {
    const { sentences } = await assembleReport([
      { region: 'right lung', sentence: 'The lung is well' },
      { region: 'spine', sentence: 'The spine is straight.' },
    ]);
    expect(sentences.map(({ text }) => text)).toEqual([
      'The lung is well',
      'The spine is straight.',
    ]);
  });

  it('takes boxes with names of the caller, last', async () => {
    const report = await assembleReport<string>([
      { region: 'my box', sentence: 'A nodule.' },
      { region: 'abdomen', sentence: 'Normal gas.' },
    ]);
    expect(report.text).toBe('Normal gas. A nodule.');
    expect(report.sentences[1].regions).toEqual(['my box']);
  });

  it('is empty when nobody says anything', async () => {
    expect(await assembleReport([])).toEqual({
      text: '',
      sentences: [],
      removed: [],
      similarity: 'lexical',
    });
  });
});
