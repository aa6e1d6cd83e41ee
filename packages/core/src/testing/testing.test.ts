import { describe, expect, it } from 'vitest';
import { expectAllclose, type TableModel, tableStepper } from './index.js';

describe('expectAllclose', () => {
  it('passes within atol + rtol * |expected|, and equal infinities', () => {
    expectAllclose(
      [100.09, -0.0009, Number.POSITIVE_INFINITY],
      [100, 0, Number.POSITIVE_INFINITY],
      {
        rtol: 9e-4,
        atol: 1e-3,
      },
    );
    expectAllclose(Float32Array.of(0.1), [0.1]);
  });

  it('says how many differ and which is worst', () => {
    const check = (): void => expectAllclose([1, 2, 3.5, 5], [1, 2.1, 3, 4], { atol: 0.2 });
    expect(check).toThrow('2 of 4 elements differ');
    expect(check).toThrow('[3] expected 4, got 5, difference 1.00e+0');
  });

  it('fails on NaN, on one infinity and on another length', () => {
    expect(() => expectAllclose([Number.NaN], [Number.NaN])).toThrow('1 of 1');
    expect(() => expectAllclose([1], [Number.POSITIVE_INFINITY])).toThrow('1 of 1');
    expect(() => expectAllclose([Number.NEGATIVE_INFINITY], [0])).toThrow('1 of 1');
    expect(() => expectAllclose([1, 2], [1])).toThrow('Expected 1 elements, got 2');
  });
});

describe('tableStepper', () => {
  // logits name their state (tens) and previous token (ones)
  const prompt = [0, 10].map((state) => [0, 1].map((token) => [state + token, state + token]));
  const model: TableModel = { vocabularySize: 2, logits: [prompt, prompt] };

  it('continues the rows it is told to', async () => {
    const stepper = tableStepper(model);
    expect([...(await stepper.step([0, 1], [0, 1]))]).toEqual([10, 10, 1, 1]);
    // row 1 twice: states (3 * 0 + token + 1) mod 2
    expect([...(await stepper.step([0, 1], [1, 1]))]).toEqual([10, 10, 1, 1]);
    expect([...(await stepper.step([1], [0]))]).toEqual([11, 11]);
    expect(stepper.steps).toHaveLength(3);
  });

  it('refuses a row that is not there', async () => {
    const stepper = tableStepper(model, [0]);
    await expect(stepper.step([0, 0], [0, 1])).rejects.toThrow('for rows');
  });
});
