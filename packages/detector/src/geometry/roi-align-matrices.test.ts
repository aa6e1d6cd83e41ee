import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roiAlignMatrices } from './roi-align-matrices.js';

const golden = JSON.parse(
  readFileSync(new URL('./__fixtures__/roi-align.json', import.meta.url), 'utf8'),
);
const { channels: C, featureHeight: H, featureWidth: W, pooledSize: P } = golden;
const boxes = Float32Array.from(golden.boxes);
const options = { ...golden, spatialScale: 1 / golden.stride };
const { vertical, horizontal } = roiAlignMatrices(boxes, options);

function pool(features: readonly number[], n: number, c: number, py: number, px: number): number {
  let sum = 0;
  for (let y = 0; y < H; y++) {
    const weight = vertical[(n * P + py) * H + y];
    if (weight === 0) continue;
    for (let x = 0; x < W; x++)
      sum += weight * features[(c * H + y) * W + x] * horizontal[(n * P + px) * W + x];
  }
  return sum;
}

describe('roiAlignMatrices', () => {
  it('pools as torchvision in legacy mode, off the edge and tiny boxes included', () => {
    let worst = 0;
    for (let i = 0; i < golden.pooled.length; i++) {
      const px = i % P;
      const py = Math.floor(i / P) % P;
      const c = Math.floor(i / (P * P)) % C;
      const n = Math.floor(i / (P * P * C));
      worst = Math.max(worst, Math.abs(pool(golden.features, n, c, py, px) - golden.pooled[i]));
    }
    expect(worst).toBeLessThan(1e-5);
  });

  it('weighs each bin to 1 inside the map and less only beyond its edge', () => {
    const inside = roiAlignMatrices(Float32Array.from([40, 50, 300, 260]), options);
    for (let bin = 0; bin < P; bin++) {
      const row = inside.vertical.subarray(bin * H, (bin + 1) * H);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    }
    const outside = roiAlignMatrices(Float32Array.from([-900, -900, -500, -500]), options);
    expect(Math.max(...outside.vertical, ...outside.horizontal)).toBe(0);
  });

  it('takes no boxes', () => {
    expect(roiAlignMatrices(new Float32Array(0), options).vertical).toHaveLength(0);
  });
});
