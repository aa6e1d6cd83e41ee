import { describe, expect, it } from 'vitest';
import { findContradictions } from './find-contradictions.js';

const gone = (...sentences: string[]): string[] =>
  findContradictions(sentences).map(({ sentence }) => sentence);

describe('findContradictions', () => {
  it('finds a denial of what another sentence states, whichever comes first', () => {
    const [denial, statement] = ['No pleural effusion.', 'A small left pleural effusion is seen.'];
    const expected = {
      sentence: denial,
      contradictedBy: statement,
      finding: 'Pleural Effusion',
    };
    expect(findContradictions([denial, statement])).toEqual([{ index: 0, ...expected }]);
    expect(findContradictions([statement, denial])).toEqual([{ index: 1, ...expected }]);
  });

  it('knows that clear lungs have no opacity, but may go with a large heart and an effusion', () => {
    const clear = 'The lungs are clear.';
    expect(gone(clear, 'There is an opacity.')).toEqual([clear]);
    expect(gone(clear, 'The heart is enlarged.', 'There is a pleural effusion.')).toEqual([]);
  });

  it.each([
    ['of one place', 'The left lung is clear.', 'Pneumonia is seen in the right lung.'],
    ['of the rest', 'The lungs are otherwise clear.', 'There is a nodule.'],
    ['of a zone', 'No consolidation in the upper lobes.', 'Consolidation is seen.'],
    ['of a degree', 'No large pleural effusion.', 'A small pleural effusion is seen.'],
    ['of a new finding', 'No new consolidation.', 'Consolidation is seen.'],
    ['of a change', 'No change in the pleural effusion.', 'There is a pleural effusion.'],
    ['of what is gone', 'The pneumothorax has resolved.', 'A pneumothorax is seen.'],
    ['with a statement', 'Edema without pleural effusion.', 'There is a pleural effusion.'],
    ['in doubt', 'No pneumonia.', 'Possible pneumonia.'],
    ['of something else', 'No pneumothorax.', 'There is a pleural effusion.'],
  ])('leaves a sentence %s alone', (_, a, b) => {
    expect(gone(a, b)).toEqual([]);
  });

  it('has nothing against sentences that agree, repeat or are empty', () => {
    expect(gone('No pneumonia.', 'The lungs are clear.', 'No pneumonia.', '')).toEqual([]);
    expect(gone()).toEqual([]);
  });
});
