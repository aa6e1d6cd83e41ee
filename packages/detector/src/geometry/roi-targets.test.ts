import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { decodeBoxes, ROI_DELTA_WEIGHTS } from './box-coder.js';
import { roiTargets } from './roi-targets.js';

const groundTruth = {
  boxes: Float32Array.from([10, 10, 60, 110, 90, 20, 150, 95]),
  classes: [1, 9],
};
const proposals = Float32Array.from([
  ...[14, 12, 58, 100], // right lung
  ...[100, 25, 155, 99], // left lung
  ...[200, 200, 240, 230], // background
  ...[10, 10, 60, 40], // IoU 0.3: background
]);

describe('roiTargets', () => {
  const targets = roiTargets(proposals, groundTruth, createRandom(2), { count: 16 });

  it('adds the marked boxes, finds first, then background, then padding', () => {
    expect(targets.sampled).toBe(6);
    expect([...targets.classes].sort().slice(-4)).toEqual([1n, 1n, 9n, 9n]);
    expect([...targets.boxWeights]).toEqual([1, 1, 1, 1, ...Array(12).fill(0)]);
    expect([...targets.classWeights]).toEqual([1, 1, 1, 1, 1, 1, ...Array(10).fill(0)]);
    expect([...targets.classes.subarray(4)].every((c) => c === 0n)).toBe(true);
    expect([...targets.boxes.subarray(60)]).toEqual([0, 0, 1, 1]);
  });

  it('leads each find onto the box of its own class', () => {
    const decoded = decodeBoxes(targets.deltas, targets.boxes, ROI_DELTA_WEIGHTS);
    for (let r = 0; r < 4; r++) {
      const truth = targets.classes[r] === 1n ? 0 : 4;
      for (let d = 0; d < 4; d++) {
        expect(decoded[r * 4 + d]).toBeCloseTo(groundTruth.boxes[truth + d], 3);
      }
    }
  });

  it('takes at most a quarter of finds', () => {
    const { boxWeights } = roiTargets(proposals, groundTruth, createRandom(2), { count: 8 });
    expect(boxWeights.reduce((a, b) => a + b, 0)).toBe(2);
  });

  it('works without any proposal, and without any region', () => {
    expect(roiTargets(new Float32Array(0), groundTruth, createRandom(2)).sampled).toBe(2);
    const nothing = { boxes: new Float32Array(0), classes: [] };
    expect(roiTargets(proposals, nothing, createRandom(2)).sampled).toBe(4);
  });

  it('refuses the background as a class', () => {
    const wrong = { boxes: groundTruth.boxes, classes: [0, 9] };
    expect(() => roiTargets(proposals, wrong, createRandom(2))).toThrow(/region index \+ 1/);
  });
});
