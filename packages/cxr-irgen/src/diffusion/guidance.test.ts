import { float32, InvalidInputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { classifierFreeGuidance, type NoisePredictor } from './index.js';

const context = float32([1, 2, 3, 4], [2, 1, 2]);
const latents = float32([10, 20, 30, 40], [2, 1, 1, 2]);

/** Adds the sum of a row's context and the timestep to its latents, and remembers the rows it saw. */
function recording(): { predict: NoisePredictor; rows: number[] } {
  const rows: number[] = [];
  const predict: NoisePredictor = async (x, t, c) => {
    rows.push(x.dims[0]);
    return float32(
      x.data.map((value, i) => {
        const row = Math.floor(i / 2);
        return value + c.data[2 * row] + c.data[2 * row + 1] + t;
      }),
      x.dims,
    );
  };
  return { predict, rows };
}

describe('classifierFreeGuidance', () => {
  it('goes from the unconditional prediction past the conditional one, in one batch', async () => {
    const { predict, rows } = recording();
    const nullContext = float32([0, 1, 0, 2], [2, 1, 2]);
    const denoise = classifierFreeGuidance(predict, { context, nullContext, guidance: 7.5 });
    const { data, dims } = await denoise(latents, 100);
    expect(dims).toEqual(latents.dims);
    // Row 0: u = x + 101, c = x + 103; row 1: u = x + 102, c = x + 107.
    expect([...data]).toEqual([126, 136, 169.5, 179.5]);
    expect(rows).toEqual([4]);
  });

  it('takes one null context for all images', async () => {
    const { predict } = recording();
    const nullContext = float32([0, 1], [1, 1, 2]);
    const denoise = classifierFreeGuidance(predict, { context, nullContext, guidance: 2 });
    expect([...(await denoise(latents, 0)).data]).toEqual([15, 25, 43, 53]);
  });

  it.each([
    [0, [11, 21, 31, 41]],
    [1, [13, 23, 37, 47]],
  ])('needs only one side for guidance %i', async (guidance, expected) => {
    const { predict, rows } = recording();
    const nullContext = float32([0, 1], [1, 1, 2]);
    const denoise = classifierFreeGuidance(predict, { context, nullContext, guidance });
    expect([...(await denoise(latents, 0)).data]).toEqual(expected);
    expect(rows).toEqual([2]);
  });

  it.each([-1, 51, Number.NaN, Number.POSITIVE_INFINITY])('refuses guidance %d', (guidance) => {
    const { predict } = recording();
    expect(() =>
      classifierFreeGuidance(predict, { context, nullContext: context, guidance }),
    ).toThrow(InvalidInputError);
  });

  it.each([
    ['rows', [3, 1, 2]],
    ['length', [1, 2, 2]],
    ['width', [1, 1, 3]],
  ])('refuses a null context of other %s', (_, dims) => {
    const { predict } = recording();
    const nullContext = float32(new Float32Array(dims.reduce((a, b) => a * b)), dims);
    expect(() => classifierFreeGuidance(predict, { context, nullContext, guidance: 2 })).toThrow(
      'nullContext',
    );
  });
});
