import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { topRegions } from './top-regions.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/top-regions.json', import.meta.url), 'utf8'),
);
const output = {
  ...golden,
  logits: Float32Array.from(golden.logits),
  deltas: Float32Array.from(golden.deltas),
  proposals: Float32Array.from(golden.proposals),
};

describe('topRegions', () => {
  it('follows the rule of RGRG', () => {
    const regions = topRegions(output);
    expect(regions).toHaveLength(golden.expected.length);
    regions.forEach((region, c) => {
      const expected = golden.expected[c];
      expect(region.detected).toBe(expected !== null);
      if (expected === null || region.box === null) return;
      expect(region.proposalIndex).toBe(expected.proposalIndex);
      expect(region.score).toBeCloseTo(expected.score, 6);
      region.box.forEach((edge, i) => {
        expect(Math.abs(edge - expected.box[i])).toBeLessThan(1e-3);
      });
    });
  });

  it('lets a sure background lower scores but not win', () => {
    const sure = output.logits.map((logit: number, i: number) => (i % 7 === 0 ? 12 : logit));
    const regions = topRegions({ ...output, logits: sure });
    regions.forEach((region, c) => {
      expect(region.detected).toBe(golden.expected[c] !== null);
      expect(region.score).toBeLessThan(0.05);
    });
  });

  it('detects nothing where nothing is proposed', () => {
    const none = new Float32Array(0);
    const regions = topRegions({ ...output, logits: none, deltas: none, proposals: none });
    expect(regions).toHaveLength(6);
    for (const region of regions) {
      expect(region).toEqual({ detected: false, score: 0, proposalIndex: -1, box: null });
    }
  });

  it('refuses outputs of another number of classes', () => {
    expect(() => topRegions({ ...output, regionCount: 5 })).toThrow(/\[N, C \+ 1\]/);
  });
});
