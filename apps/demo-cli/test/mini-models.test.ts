import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openModelFolder, verifyModelFolder } from '@cxrkit/core/model';
import { openPipeline } from '@cxrkit/demo-cli';
import { MINI_MODELS, miniModelPath } from '@cxrkit/models-mini';
import { describe, expect, it } from 'vitest';
import { analysisSchema } from '../src/result/schemas.js';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

describe('mini models', () => {
  it.each(MINI_MODELS)('%s is whole, measured and has its card', async (name) => {
    const folder = await openModelFolder(miniModelPath(name), { stage: name });
    expect((await verifyModelFolder(folder)).filter(({ ok }) => !ok)).toEqual([]);
    const { scores, licence } = folder.manifest;
    expect(scores.length).toBeGreaterThan(0);
    expect(scores.every(({ split, n }) => split === 'val' && n > 0)).toBe(true);
    expect(licence.data.every(({ attribution }) => attribution.length > 0)).toBe(true);
    expect(readFileSync(join(folder.path, 'README.md'), 'utf8')).toContain('medical device');
  });

  it('find, describe and classify a real X-ray', async () => {
    await using pipeline = await openPipeline({ device: 'cpu' });
    const result = await pipeline.analyze(example('00000963_007.jpg'));
    expect(analysisSchema.safeParse(result).success).toBe(true);
    const right = result.regions.find(({ name }) => name === 'right lung')?.box;
    const left = result.regions.find(({ name }) => name === 'left lung')?.box;
    expect(right && left && right[2] < left[2]).toBe(true);
    expect(result.regions.filter(({ detected }) => detected).length).toBeGreaterThanOrEqual(15);
    expect(result.report).toMatch(/\.$/);
    expect(result.classification.length).toBeGreaterThan(10);
  });

  it('say the same twice', async () => {
    await using pipeline = await openPipeline({ device: 'cpu', threads: 1 });
    const [a, b] = [
      await pipeline.analyze(example('IM-0531-0001.jpg')),
      await pipeline.analyze(example('IM-0531-0001.jpg')),
    ];
    expect({ ...a, timings: null }).toEqual({ ...b, timings: null });
  });

  it('say nothing sure of a picture that is no chest X-ray', async () => {
    await using pipeline = await openPipeline({ device: 'cpu' });
    const { encodePng } = await import('@cxrkit/core/image');
    const data = Uint8Array.from({ length: 300 * 300 }, (_, i) =>
      (((i % 300) >> 4) + (Math.floor(i / 300) >> 4)) % 2 ? 220 : 30,
    );
    const { warnings } = await pipeline.analyze(await encodePng({ width: 300, height: 300, data }));
    expect(warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([expect.stringMatching(/nothing-detected|not-frontal/)]),
    );
  });
});
