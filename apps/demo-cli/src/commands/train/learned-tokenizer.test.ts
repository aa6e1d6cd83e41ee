import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import { expect, it } from 'vitest';
import { learnedTokenizer } from './learned-tokenizer.js';

it('takes the vocabulary of the run, or that beside the weights to start from, before it learns one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cxr-vocabulary-'));
  try {
    const learnOf = (text: string) => () =>
      trainByteBpe([text], {
        ...{ vocabulary: 262, specialTokens: ['<pad>'], padToken: '<pad>' },
      });
    const runs = ['first', 'second', 'third'].map((name) => join(folder, name));
    for (const run of runs) await mkdir(run);
    const first = await learnedTokenizer(runs[0], learnOf('heart heart'));
    const init = join(runs[0], 'state.safetensors');
    const second = await learnedTokenizer(runs[1], learnOf('lung lung'), init);
    expect(second).toEqual(first);
    const third = await learnedTokenizer(runs[2], learnOf('lung lung'), join(folder, 'bart.bin'));
    expect(third).not.toEqual(first);
    // What the run has begun with stays.
    expect(await learnedTokenizer(runs[2], learnOf('bone bone'), init)).toEqual(third);
  } finally {
    await rm(folder, { recursive: true });
  }
});
