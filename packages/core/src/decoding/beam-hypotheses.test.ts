import { describe, expect, it } from 'vitest';
import { createBeamHypotheses } from './beam-hypotheses.js';

describe('createBeamHypotheses', () => {
  it('counts BOS but not EOS in the length', () => {
    const hypotheses = createBeamHypotheses(1, 2, true);
    hypotheses.add([5, 6], -18, true);
    expect(hypotheses.best()).toMatchObject({ score: -18 / 9, logProbability: -18 });
  });

  it('keeps the best, and of equal best gives the last', () => {
    const hypotheses = createBeamHypotheses(2, 0, true);
    for (const [token, score] of [
      [1, -3],
      [2, -1],
      [3, -5],
      [4, -1],
      [5, -1],
    ])
      hypotheses.add([token], score, true);
    // 3 and 5 came too late: no better than the worst of the two kept
    expect(hypotheses.best().tokens).toEqual([4]);
  });

  it('without early stopping is done when the length before the step gives no better score', () => {
    const hypotheses = createBeamHypotheses(1, 1, false);
    expect(hypotheses.isDone(-100, 5)).toBe(false);
    hypotheses.add([7], -2, true); // score -1
    expect(hypotheses.isDone(-4.9, 5)).toBe(false);
    expect(hypotheses.isDone(-5, 5)).toBe(true);
    expect(hypotheses.isDone(-5.9, 5)).toBe(true);
  });

  it('with early stopping is done once full', () => {
    const hypotheses = createBeamHypotheses(2, 1, true);
    hypotheses.add([7], -2, true);
    expect(hypotheses.isDone(0, 5)).toBe(false);
    hypotheses.add([8], -2, true);
    expect(hypotheses.isDone(0, 5)).toBe(true);
  });
});
