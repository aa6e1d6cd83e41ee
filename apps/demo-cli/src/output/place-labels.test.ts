import { type Box, boxIou, createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './place-labels.js';

describe('placeLabels', () => {
  const label = { width: 40, height: 12 };

  it('takes the top left corner inside the box when nothing is in the way', () => {
    expect(placeLabels([{ box: [10, 20, 200, 200], ...label }], 300, 300)).toEqual([
      [10, 20, 50, 32],
    ]);
  });

  it('sends the second label of two equal boxes to another corner', () => {
    const box: Box = [10, 20, 200, 200];
    const [first, second] = placeLabels(
      [
        { box, ...label },
        { box, ...label },
      ],
      300,
      300,
    );
    expect(boxIou(first, second)).toBe(0);
  });

  it('keeps every label inside the picture, whatever the boxes', () => {
    const random = createRandom(1);
    const wishes = Array.from({ length: 40 }, () => {
      const [x, y] = [random.integer(280), random.integer(280)];
      return { box: [x, y, x + 20, y + 20] as Box, ...label };
    });
    const places = placeLabels(wishes, 300, 300);
    expect(places).toHaveLength(40);
    for (const [x0, y0, x1, y1] of places)
      expect(x0 >= 0 && y0 >= 0 && x1 <= 300 && y1 <= 300).toBe(true);
  });
});
