import { describe, expect, it } from 'vitest';
import { bertScore } from './bert-score.js';
import {
  type TransformersInputs,
  type TransformersTensor,
  transformersEmbedder,
} from './transformers-embedder.js';

const WIDTH = 3;
const [START, END, PAD] = [1, 2, 0];

/** Letters as tokens, framed and padded to the longest, as the tokenizers of transformers.js call it. */
function tokenizer(side: 'left' | 'right'): (texts: string[]) => TransformersInputs {
  return (texts) => {
    const rows = texts.map((text) => [
      START,
      ...[...text].map((letter) => letter.charCodeAt(0)),
      END,
    ]);
    const length = Math.max(...rows.map((row) => row.length));
    const pad = (row: number[], value: number): number[] => {
      const filler = new Array<number>(length - row.length).fill(value);
      return side === 'right' ? [...row, ...filler] : [...filler, ...row];
    };
    const tensor = (values: number[][]): TransformersTensor => ({
      dims: [texts.length, length],
      data: BigInt64Array.from(values.flat().map(BigInt)),
    });
    return {
      input_ids: tensor(rows.map((row) => pad(row, PAD))),
      attention_mask: tensor(
        rows.map((row) =>
          pad(
            row.map(() => 1),
            0,
          ),
        ),
      ),
    };
  };
}

const vectorOf = (id: number): number[] => [
  Math.sin(id),
  Math.cos(2 * id),
  1 + Math.sin(3 * id) / 2,
];

/** A vector a token; of padding another, which must not count. */
async function model({ input_ids }: TransformersInputs) {
  const data = Float32Array.from(
    Array.from(input_ids.data, (id) => vectorOf(Number(id) || 77)).flat(),
  );
  return { last_hidden_state: { dims: [...input_ids.dims, WIDTH], data } };
}

const pairs = [
  { id: 'a', candidate: 'clear', references: ['cleared'] },
  { id: 'b', candidate: 'a large heart', references: ['heart', 'large'] },
];

describe('transformersEmbedder', () => {
  it.each(['left', 'right'] as const)('leaves padding out (%s)', async (side) => {
    const embed = transformersEmbedder({ tokenizer: tokenizer(side), model });
    const [short] = await embed(['ab', 'abcdef'], {});
    expect(short.tokens).toEqual([START, 97, 98, END]);
    const expected = [START, 97, 98, END].flatMap(vectorOf);
    expect(Array.from(short.vectors)).toEqual(expected.map((value) => expect.closeTo(value, 6)));
    expect(await embed([], {})).toEqual([]);
  });

  it('scores a batch as it scores each pair alone', async () => {
    const embed = transformersEmbedder({ tokenizer: tokenizer('right'), model });
    const { items } = await bertScore({ embed, batchSize: 2 }).score(pairs);
    const alone = await bertScore({ embed, batchSize: 1 }).score(pairs);
    expect(items).toEqual(alone.items);
    expect(items[0].f1).toBeGreaterThan(0);
    expect(items[0].f1).toBeLessThan(1);
  });

  it('names the outputs there are, and refuses shapes that do not fit', async () => {
    const make = (output: string, broken?: typeof model) =>
      transformersEmbedder({ tokenizer: tokenizer('right'), model: broken ?? model, output });
    await expect(make('hidden_states.5')(['a'], {})).rejects.toThrow('one of last_hidden_state');
    const pooled = async () => ({
      last_hidden_state: { dims: [1, WIDTH], data: new Float32Array(WIDTH) },
    });
    await expect(make('last_hidden_state', pooled)(['a'], {})).rejects.toThrow('[1, 3, D]');
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(make('last_hidden_state')(['a'], { signal: stopped })).rejects.toThrow('enough');
  });
});
