import { readFileSync } from 'node:fs';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { gatherBoxes } from './gather-boxes.js';
import { nonMaxSuppression } from './non-max-suppression.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/non-max-suppression.json', import.meta.url), 'utf8'),
);
const boxes = Float32Array.from(golden.boxes);
const scores = Float32Array.from(golden.scores);

describe('nonMaxSuppression', () => {
  it.each(Object.keys(golden.kept))('keeps what torchvision keeps at IoU %s', (threshold) => {
    const kept = nonMaxSuppression(boxes, scores, Number(threshold));
    expect([...kept]).toEqual(golden.kept[threshold]);
  });

  it('keeps everything when run again on what it kept', () => {
    const kept = nonMaxSuppression(boxes, scores, 0.3);
    const keptScores = Float32Array.from(kept, (k) => scores[k]);
    const again = nonMaxSuppression(gatherBoxes(boxes, kept), keptScores, 0.3);
    expect([...again]).toEqual([...kept.keys()]);
  });

  it('stops at the maximum and takes no boxes at all', () => {
    expect([...nonMaxSuppression(boxes, scores, 0.5, 3)]).toEqual(golden.kept['0.5'].slice(0, 3));
    expect(nonMaxSuppression(new Float32Array(0), new Float32Array(0), 0.5)).toHaveLength(0);
  });

  it('takes a thousand boxes in a few milliseconds', () => {
    const random = createRandom(2);
    const many = new Float32Array(4000);
    for (let i = 0; i < many.length; i += 4) {
      const [x, y] = [random.uniform() * 400, random.uniform() * 400];
      many.set([x, y, x + 20 + random.uniform() * 90, y + 20 + random.uniform() * 90], i);
    }
    const manyScores = Float32Array.from({ length: 1000 }, () => random.uniform());
    nonMaxSuppression(many, manyScores, 0.7);
    const start = performance.now();
    expect(nonMaxSuppression(many, manyScores, 0.7).length).toBeGreaterThan(500);
    expect(performance.now() - start).toBeLessThan(100);
  });
});
