import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BACKGROUND, BETWEEN_THRESHOLDS, matchBoxes } from './matcher.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/matcher.json', import.meta.url), 'utf8'),
);
const groundTruth = Float32Array.from(golden.groundTruth);
const boxes = Float32Array.from(golden.boxes);
const rpn = { foregroundIou: 0.7, backgroundIou: 0.3, keepsBestOfEach: true };
const roi = { foregroundIou: 0.5, backgroundIou: 0.5, keepsBestOfEach: false };

describe('matchBoxes', () => {
  it('matches anchors as torchvision, the best of each truth included', () => {
    expect([...matchBoxes(groundTruth, boxes, rpn)]).toEqual(golden.rpn);
    const strict = matchBoxes(groundTruth, boxes, { ...rpn, keepsBestOfEach: false });
    expect([...strict]).not.toEqual(golden.rpn);
    expect(strict).toContain(BETWEEN_THRESHOLDS);
  });

  it('matches proposals as torchvision', () => {
    expect([...matchBoxes(groundTruth, boxes, roi)]).toEqual(golden.roi);
  });

  it('calls everything background where nothing is marked', () => {
    const matches = matchBoxes(new Float32Array(0), boxes, rpn);
    expect(matches.every((match) => match === BACKGROUND)).toBe(true);
    expect(matches).toHaveLength(boxes.length / 4);
  });

  it('matches nothing to a truth that no box touches', () => {
    const far = Float32Array.from([5000, 5000, 5010, 5010]);
    expect(matchBoxes(far, boxes, rpn).every((match) => match === BACKGROUND)).toBe(true);
  });

  it('takes no boxes', () => {
    expect(matchBoxes(groundTruth, new Float32Array(0), rpn)).toHaveLength(0);
  });
});
