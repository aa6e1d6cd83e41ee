import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTokenizer, loadTokenizer, trainByteBpe } from './index.js';
import { learnMerges } from './learn-merges.js';

const texts = Array.from(
  { length: 40 },
  (_, i) => `There is ${i % 2 ? 'no' : 'a small'} pleural effusion. The heart is normal.`,
);
const options = {
  vocabulary: 280,
  specialTokens: ['[PAD]', '[CLS]', '[SEP]'],
  template: ['[CLS]', '[SEP]'] as const,
  padToken: '[PAD]',
  lowercase: true,
};

describe('trainByteBpe', () => {
  it('learns a vocabulary of the asked size that decodes what it encodes, also unseen bytes', async () => {
    const tokenizer = createTokenizer(trainByteBpe(texts, options));
    expect(tokenizer.vocabularySize).toBe(280);
    const ids = tokenizer.encode('There is pneumothorax, naïve 左.');
    expect(ids[0]).toBe(tokenizer.tokenId('[CLS]'));
    expect(ids.at(-1)).toBe(tokenizer.tokenId('[SEP]'));
    expect(tokenizer.decode(ids)).toBe('there is pneumothorax, naïve 左.');
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.encode('pleural effusion').length).toBeLessThan(10);
  });

  it('pads, and tells which rows were cut', async () => {
    const tokenizer = createTokenizer(trainByteBpe(texts, options));
    const { ids, mask, truncated } = tokenizer.encodeBatch(
      ['no', 'a small pleural effusion is there and there'],
      { maxLength: 6 },
    );
    expect(ids.dims).toEqual([2, 6]);
    expect(truncated).toEqual([1]);
    expect([...mask.data].slice(0, 6).filter((bit) => bit === 1n).length).toBe(
      tokenizer.encode('no').length,
    );
    expect(Number(ids.data[11])).toBe(tokenizer.tokenId('[SEP]'));
  });
});

describe('learnMerges', () => {
  it('follows the example of Sennrich et al. 2016, ties in code-point order', () => {
    const words = new Map([
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ]);
    expect(learnMerges(words, 4)).toEqual([
      ['e', 's'],
      ['es', 't'],
      ['l', 'o'],
      ['lo', 'w'],
    ]);
    expect(learnMerges(new Map([['ab', 1]]), 9)).toEqual([]);
  });

  it('gives the same vocabulary whatever the order of the texts', async () => {
    expect(trainByteBpe([...texts].reverse(), options)).toEqual(trainByteBpe(texts, options));
  });
});

describe('loadTokenizer', () => {
  it('refuses a file that is no tokenizer', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'cxrkit-')), 'tokenizer.json');
    await writeFile(path, '{"model":');
    await expect(loadTokenizer(path)).rejects.toMatchObject({ code: 'MODEL_LOAD', path });
  });
});
