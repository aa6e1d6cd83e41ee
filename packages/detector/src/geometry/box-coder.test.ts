import { readFileSync } from 'node:fs';
import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { clipBoxes, decodeBoxes, encodeBoxes, ROI_DELTA_WEIGHTS } from './box-coder.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/box-coder.json', import.meta.url), 'utf8'),
);

function expectClose(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
}

describe.each([0, 1])('weights of case %i', (i) => {
  const { weights, ...arrays } = golden.cases[i];
  const boxes = Float32Array.from(arrays.boxes);

  it('encodes as torchvision', () => {
    const encoded = encodeBoxes(Float32Array.from(arrays.targets), boxes, weights);
    expectClose(encoded, arrays.encoded, 1e-5);
  });

  it('decodes as torchvision, large scales clamped', () => {
    const decoded = decodeBoxes(Float32Array.from(arrays.deltas), boxes, weights);
    expectClose(decoded, arrays.decoded, 1e-5);
    expect(
      Math.max(...arrays.deltas.map((v: number, k: number) => v / weights[k % 4])),
    ).toBeGreaterThan(4.14);
  });
});

it('decodes what it encoded', () => {
  const random = createRandom(1);
  const boxes = Float32Array.from(
    { length: 400 },
    (_, i) => random.uniform() * 90 + (i % 4 > 1 ? 100 : 0),
  );
  const targets = boxes.map((v, i) => v + (i % 4 > 1 ? 7 : -3) * random.uniform());
  const decoded = decodeBoxes(
    encodeBoxes(targets, boxes, ROI_DELTA_WEIGHTS),
    boxes,
    ROI_DELTA_WEIGHTS,
  );
  expectClose(decoded, [...targets], 1e-5);
});

it('clips to the canvas', () => {
  const boxes = Float32Array.from([-5, -6, 700, 300, 10, 500, 20, 600]);
  expect([...clipBoxes(boxes, 512, 400)]).toEqual([0, 0, 512, 300, 10, 400, 20, 400]);
});

it('refuses arrays that do not fit', () => {
  expect(() => decodeBoxes(new Float32Array(8), new Float32Array(4), ROI_DELTA_WEIGHTS)).toThrow(
    /Expected 4 elements .* for deltas, got 8/,
  );
});
