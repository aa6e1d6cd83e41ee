import { InvalidInputError, ModelOutputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { CHEXBERT_HEADS, chexbertLabeler } from './chexbert-labeler.js';
import { precomputedLabeler } from './precomputed-labeler.js';

describe('labels computed elsewhere', () => {
  it('are looked up by id', async () => {
    const labeler = precomputedLabeler(
      new Map([
        ['a', { Edema: 1 }],
        ['b', { Edema: '0.0' }],
      ]),
      'chexpert-labeler',
    );
    expect(labeler.name).toBe('chexpert-labeler');
    expect((await labeler.label(['b', 'a'])).map((row) => row.Edema)).toEqual([0, 1]);
    await expect(labeler.label(['c'])).rejects.toThrow(/one of the 2 ids.*"c"/);
  });

  it('are taken in order', async () => {
    const labeler = precomputedLabeler([{ Edema: 1 }, { Edema: -1 }]);
    expect((await labeler.label(['x', 'y'])).map((row) => row.Edema)).toEqual([1, -1]);
    await expect(labeler.label(['x'])).rejects.toThrow(InvalidInputError);
    expect(() => precomputedLabeler([{ Edema: 5 }])).toThrow(InvalidInputError);
  });
});

describe('CheXbert', () => {
  /** Logits in which head `i` prefers class `classes[i]`. */
  const logits = (classes: readonly number[]): number[][] =>
    classes.map((best, i) =>
      Array.from({ length: i === 13 ? 2 : 4 }, (_, one) => (one === best ? 2.5 : -one)),
    );
  const labeler = (classes: readonly number[]) =>
    chexbertLabeler({ encode: () => [101, 102], run: async () => logits(classes) });

  it('maps the classes of its heads to labels', async () => {
    const [row] = await labeler([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1]).label(['x']);
    expect(CHEXBERT_HEADS.map((finding) => row[finding])).toEqual([
      ...[null, 1, 0, -1, null, 1, 0, -1, null, 1, 0, -1, null],
      1,
    ]);
    const [other] = await labeler(Array<number>(14).fill(0)).label(['x']);
    expect(Object.values(other)).toEqual(Array(14).fill(null));
  });

  it('prepares texts and cuts ids as the original does', async () => {
    const seen: { text: string; ids: readonly number[] }[] = [];
    let text = '';
    const model = chexbertLabeler({
      encode(prepared) {
        text = prepared;
        return [101, ...Array.from({ length: prepared.length }, (_, i) => i), 102];
      },
      async run(ids) {
        seen.push({ text, ids });
        return logits(Array<number>(14).fill(0));
      },
    });
    const completed: number[] = [];
    await model.label([' a\nb\r\n', 'x'.repeat(600)], {
      onProgress: (event) => completed.push(event.completed),
    });
    expect(seen[0]).toEqual({ text: 'a b', ids: [101, 0, 1, 2, 102] });
    expect(seen[1].ids).toHaveLength(512);
    expect(seen[1].ids.slice(-2)).toEqual([509, 102]);
    expect(completed).toEqual([1, 2]);
    await expect(model.label(['x'], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });

  it('refuses logits of another model', async () => {
    await expect(labeler([0, 1]).label(['x'])).rejects.toThrow(ModelOutputError);
    const nan = logits(Array<number>(14).fill(0));
    nan[3][2] = Number.NaN;
    const broken = chexbertLabeler({ encode: () => [101, 102], run: async () => nan });
    await expect(broken.label(['x'])).rejects.toThrow(/4 finite logits for "Lung Lesion"/);
    const silent = chexbertLabeler({ encode: () => [], run: async () => nan });
    await expect(silent.label(['x'])).rejects.toThrow(InvalidInputError);
  });
});
