import { describe, expect, it } from 'vitest';
import { splitSentences } from './split-sentences.js';

describe('splitSentences', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['  \n ', []],
    ['The heart is normal', ['The heart is normal']],
    ['Clear. No effusion.  Stable!', ['Clear.', 'No effusion.', 'Stable!']],
    ['Is it new? It is.', ['Is it new?', 'It is.']],
    ['A nodule of 1.5 cm. It is new.', ['A nodule of 1.5 cm.', 'It is new.']],
    ['See image no. 3. It is new.', ['See image no. 3.', 'It is new.']],
    ['Pneumothorax: no. The heart is big.', ['Pneumothorax: no.', 'The heart is big.']],
    ['Discussed with Dr. Smith. He agreed.', ['Discussed with Dr. Smith.', 'He agreed.']],
    ['Seen by J. R. Smith. He agreed.', ['Seen by J. R. Smith.', 'He agreed.']],
    [
      'Hardware, e.g. Port-a-cath, i.e. PAC. Clear.',
      ['Hardware, e.g. Port-a-cath, i.e. PAC.', 'Clear.'],
    ],
    ['Atelectasis vs. Pneumonia. Clear.', ['Atelectasis vs. Pneumonia.', 'Clear.']],
    ['At approx. T8, cf. CT. Clear.', ['At approx. T8, cf. CT.', 'Clear.']],
    ['Unchanged since ___. The heart is big.', ['Unchanged since ___.', 'The heart is big.']],
    [
      'Dr. ___ was told. ___ came at 3 p.m. The end.',
      ['Dr. ___ was told. ___ came at 3 p.m.', 'The end.'],
    ],
    ['1. Clear lungs. 2. Big heart.', ['1. Clear lungs.', '2. Big heart.']],
    ['Unchanged from 2019. The heart is big.', ['Unchanged from 2019.', 'The heart is big.']],
    [
      'He said "it is new." (Unclear.) So be it.',
      ['He said "it is new."', '(Unclear.)', 'So be it.'],
    ],
    ['Clear... Otherwise normal.', ['Clear...', 'Otherwise normal.']],
    ['the tip is high. should be advanced.', ['the tip is high. should be advanced.']],
    ['The lungs\nare clear.\n\nthe heart is big', ['The lungs\nare clear.', 'the heart is big']],
    ['Épanchement. Étude.', ['Épanchement.', 'Étude.']],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  it('loses no character but white space', () => {
    const text = 'Dr. A. Lee saw 2. 5 cm... "Yes!" (No.)  1. One? ___. Two.';
    expect(splitSentences(text).join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });
});
