import { readFileSync } from 'node:fs';
import { ModelOutputError } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { cellAnchors, gridAnchors } from './anchors.js';
import { filterProposals, type ProposalInput } from './proposals.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/proposals.json', import.meta.url), 'utf8'),
);
const { featureWidth, featureHeight, stride } = golden;
const input: ProposalInput = {
  objectness: Float32Array.from(golden.objectness),
  deltas: Float32Array.from(golden.deltas),
  anchors: gridAnchors(cellAnchors(golden), featureWidth, featureHeight, stride),
  featureWidth,
  featureHeight,
  canvasWidth: featureWidth * stride,
  canvasHeight: featureHeight * stride,
};

describe('filterProposals', () => {
  it('gives the proposals of torchvision', () => {
    const { boxes, scores } = filterProposals(input, golden);
    expect(boxes).toHaveLength(golden.boxes.length);
    golden.boxes.forEach((edge: number, i: number) => {
      expect(Math.abs(boxes[i] - edge)).toBeLessThan(1e-4);
    });
    golden.scores.forEach((score: number, i: number) => {
      expect(scores[i]).toBeCloseTo(score, 6);
    });
  });

  it('keeps no more than the maximum and nothing off the canvas', () => {
    const { boxes, scores } = filterProposals(input, { maximumAfterSuppression: 5 });
    expect(scores).toHaveLength(5);
    expect(Math.min(...boxes)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...boxes)).toBeLessThanOrEqual(input.canvasWidth);
  });

  it('may find nothing', () => {
    const { boxes, scores } = filterProposals(input, { minimumSide: 1000 });
    expect(boxes).toHaveLength(0);
    expect(scores).toHaveLength(0);
  });

  it('names a network that gives NaN', () => {
    const objectness = input.objectness.map((logit, i) => (i === 40 ? Number.NaN : logit));
    expect(() => filterProposals({ ...input, objectness })).toThrow(ModelOutputError);
  });
});
