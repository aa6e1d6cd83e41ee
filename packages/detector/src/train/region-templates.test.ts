import { describe, expect, it } from 'vitest';
import { completeRegions, regionTemplates } from './region-templates.js';

const picture = (x: number, scale: number): Parameters<typeof completeRegions>[0] => ({
  'right lung': [x, 0, x + 10 * scale, 20 * scale],
  'left lung': [x + 14 * scale, 0, x + 24 * scale, 20 * scale],
  'right apical zone': [x + 2 * scale, 0, x + 8 * scale, 4 * scale],
  abdomen: [x, 20 * scale, x + 24 * scale, 30 * scale],
});

describe('region templates', () => {
  it('put a missing region where it lies relative to the lungs', () => {
    const templates = regionTemplates([picture(0, 1), picture(5, 2), picture(9, 3)]);
    const { 'right apical zone': _, abdomen: __, ...lungs } = picture(40, 5);
    const complete = completeRegions(lungs, templates);
    expect(complete?.['right apical zone']).toEqual([50, 0, 80, 20]);
    expect(complete?.abdomen).toEqual([40, 100, 160, 150]);
  });

  it('keep what was found, and need both lungs', () => {
    const templates = regionTemplates([picture(0, 1)]);
    const found = { ...picture(0, 1), abdomen: [1, 2, 3, 4] as const };
    expect(completeRegions(found, templates)?.abdomen).toEqual([1, 2, 3, 4]);
    expect(completeRegions({ 'right lung': [0, 0, 1, 1] }, templates)).toBeUndefined();
    expect(() => regionTemplates([{}])).toThrow('both lungs');
  });
});
