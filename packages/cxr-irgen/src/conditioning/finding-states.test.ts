import { describe, expect, it } from 'vitest';
import { promptOf } from '../prompt/index.js';
import { findingStates } from './finding-states.js';

describe('findingStates', () => {
  it.each<[Record<string, 0 | 1>, string]>([
    [{}, 'A chest X ray image'],
    [{ Pneumonia: 0, 'No Finding': 1 }, 'A chest X ray image with no finding, without pneumonia'],
    [{ Pneumonia: 1, 'No Finding': 0 }, 'A chest X ray image with pneumonia'],
    [
      { Mass: 1, Nodule: 0, Infiltration: 1, 'Pleural Thickening': 0, Hernia: 1 },
      'A chest X ray image with lung lesion and lung opacity',
    ],
    [{ Mass: 0, Nodule: 0, Infiltration: 0 }, 'A chest X ray image'],
  ])('%o', (findings, prompt) => {
    expect(promptOf(findingStates(findings))).toBe(prompt);
  });
});
