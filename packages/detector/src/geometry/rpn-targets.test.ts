import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { cellAnchors, gridAnchors } from './anchors.js';
import { decodeBoxes, RPN_DELTA_WEIGHTS } from './box-coder.js';
import { gatherBoxes } from './gather-boxes.js';
import { overlapMatrix } from './overlap.js';
import { rpnTargets } from './rpn-targets.js';

const anchors = gridAnchors(cellAnchors({ sizes: [24, 48, 96], ratios: [0.5, 1, 2] }), 10, 10, 16);
const groundTruth = Float32Array.from([12, 20, 60, 110, 90, 30, 150, 95, 70, 120, 84, 128]);

describe('rpnTargets', () => {
  const targets = rpnTargets(anchors, groundTruth, createRandom(4), { count: 64 });
  const chosen = gatherBoxes(anchors, [...targets.indices].map(Number));

  it('leads each find exactly onto a marked region', () => {
    const finds = targets.boxWeights.reduce((a, b) => a + b, 0);
    const decoded = decodeBoxes(targets.deltas, chosen, RPN_DELTA_WEIGHTS);
    const found = new Set<number>();
    for (let s = 0; s < finds; s++) {
      const overlaps = overlapMatrix(groundTruth, decoded.subarray(s * 4, s * 4 + 4));
      found.add(overlaps.findIndex((iou) => iou > 0.9999));
    }
    expect([...found].sort()).toEqual([0, 1, 2]);
  });

  it('takes as background only what overlaps less than 0.3', () => {
    const overlaps = overlapMatrix(groundTruth, chosen);
    targets.labels.forEach((label, s) => {
      const best = Math.max(overlaps[s], overlaps[64 + s], overlaps[128 + s]);
      if (label === 0 && targets.weights[s] === 1) expect(best).toBeLessThan(0.3);
    });
    expect(targets.sampled).toBe(64);
    expect(targets.weights.every((weight) => weight === 1)).toBe(true);
    expect(targets.labels).toEqual(targets.boxWeights);
  });

  it('pads with weight 0 when there are fewer anchors than asked', () => {
    const few = anchors.subarray(0, 40);
    const padded = rpnTargets(few, groundTruth, createRandom(4), { count: 64 });
    expect(padded.sampled).toBeLessThanOrEqual(10);
    expect(padded.weights).toHaveLength(64);
    expect(padded.weights.reduce((a, b) => a + b, 0)).toBe(padded.sampled);
    expect(padded.deltas).toHaveLength(256);
    expect(padded.indices.every((index) => index < 10n)).toBe(true);
  });

  it('learns pure background from an image without regions', () => {
    const empty = rpnTargets(anchors, new Float32Array(0), createRandom(4));
    expect(empty.sampled).toBe(256);
    expect(Math.max(...empty.labels)).toBe(0);
  });
});
