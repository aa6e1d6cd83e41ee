import type { Box } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { regionsOfBox } from './regions-of-box.js';

const boxes01 = {
  'right lung': [0.1, 0.1, 0.45, 0.9],
  'right upper lung zone': [0.15, 0.1, 0.45, 0.37],
  'right mid lung zone': [0.1, 0.37, 0.45, 0.63],
  'right lower lung zone': [0.1, 0.63, 0.45, 0.9],
  'left lung': [0.55, 0.1, 0.9, 0.9],
} as const satisfies Record<string, Box>;

describe('regionsOfBox', () => {
  it('gives the lung and the zone of a box inside one', () => {
    expect(regionsOfBox([0.2, 0.2, 0.3, 0.3], boxes01)).toEqual([
      'right lung',
      'right upper lung zone',
    ]);
  });

  it('gives both zones of a box that lies in two, the larger share first', () => {
    expect(regionsOfBox([0.2, 0.32, 0.3, 0.45], boxes01)).toEqual([
      'right lung',
      'right mid lung zone',
      'right upper lung zone',
    ]);
  });

  it('leaves out what holds less than 0.3 of the box', () => {
    expect(regionsOfBox([0.4, 0.4, 0.6, 0.6], boxes01)).toEqual([]);
    expect(regionsOfBox([0.25, 0.5, 0.35, 0.67], boxes01)).toEqual([
      'right lung',
      'right mid lung zone',
    ]);
  });

  it('refuses a box without area', () => {
    expect(() => regionsOfBox([0.2, 0.2, 0.2, 0.3], boxes01)).toThrow('box01');
  });
});
