import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataset } from './read-dataset.js';
import type { TrainingImage } from './training-image.js';

describe('readDataset', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-data-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(...rows: readonly object[]): Promise<TrainingImage[]> {
    await writeFile(
      join(folder, 'manifest.jsonl'),
      rows.map((row) => JSON.stringify(row)).join('\n'),
    );
    return await readDataset(folder);
  }

  it('reads ChestX-ray14: labels become findings, boxes fractions, the small pictures a source of their own', async () => {
    const common = { patient: '7', split: 'train', view: 'PA', age: '50' };
    const boxes = [{ label: 'Effusion', xywh: [512, 256, 256, 512] }];
    const [large, small] = await read(
      {
        ...common,
        image: 'images/a.jpg',
        labels: ['Effusion', 'Pleural_Thickening'],
        source_size: 1024,
        boxes,
      },
      { ...common, image: 'images/b.jpg', labels: ['No Finding'], source_size: 64, boxes: [] },
    );
    expect(large).toMatchObject({
      image: join(folder, 'images/a.jpg'),
      source: 'nih',
      patient: '7',
      diseaseBoxes: [{ finding: 'Pleural Effusion', box01: [0.5, 0.25, 0.75, 0.75] }],
    });
    expect(Object.keys(large.findings)).toHaveLength(15);
    expect(large.findings).toMatchObject({
      'Pleural Effusion': 1,
      'Pleural Thickening': 1,
      Hernia: 0,
      'No Finding': 0,
    });
    expect(small).toMatchObject({ source: 'nih-64', findings: { 'No Finding': 1, Pneumonia: 0 } });
    expect(small.diseaseBoxes).toBeUndefined();
  });

  it('reads Kermany: other findings are unknown, squashed pictures keep their true shape', async () => {
    const common = { patient: 'p', split: 'val' };
    const [normal, squashed] = await read(
      {
        ...common,
        image: 'a.jpg',
        label: 'NORMAL',
        squashed: false,
        lung_mask: 'm.png',
        original_width: 1000,
        original_height: 800,
      },
      {
        ...common,
        image: 'b.jpg',
        label: 'PNEUMONIA',
        squashed: true,
        lung_mask: null,
        original_width: 1000,
        original_height: 800,
      },
    );
    expect(normal).toEqual({
      ...{ image: join(folder, 'a.jpg'), split: 'val', patient: 'p', source: 'kermany' },
      findings: { Pneumonia: 0, 'No Finding': 1 },
      lungMask: join(folder, 'm.png'),
    });
    expect(squashed).toMatchObject({
      ...{ source: 'kermany-squashed', aspect: 1.25 },
      findings: { Pneumonia: 1, 'No Finding': 0 },
    });
  });

  const own = {
    ...{ image: 'x.png', split: 'train', patient: '1', source: 'mine' },
    findings: { Edema: 1 },
  };

  it('reads our own format', async () => {
    const boxes01 = { 'right lung': [0.1, 0.1, 0.4, 0.9] };
    const diseaseBoxes = [{ finding: 'Edema', box01: [0.1, 0.1, 0.2, 0.2] }];
    const report = 'Edema of both lungs.';
    expect(await read({ ...own, report, boxes01, diseaseBoxes, aspect: 0.9 })).toEqual([
      { ...own, image: join(folder, 'x.png'), report, boxes01, diseaseBoxes, aspect: 0.9 },
    ]);
  });

  it.each([
    ['a box outside the picture', { boxes01: { 'right lung': [0.1, 0.1, 40, 90] } }, /boxes01/],
    ['a box without area', { boxes01: { 'right lung': [0.4, 0.1, 0.1, 0.9] } }, /x0 < x1/],
    ['an unknown region', { boxes01: { 'left wing': [0, 0, 1, 1] } }, /left wing/],
    ['a finding that is neither 0 nor 1', { findings: { Edema: 2 } }, /findings/],
    ['a misspelt key', { aspekt: 1 }, /aspekt/],
  ])('refuses %s, naming the line', async (_what, change, message) => {
    const failure = await read(own, { ...own, ...change }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidInputError);
    expect(String(failure)).toMatch(/manifest\.jsonl line 2/);
    expect(String(failure)).toMatch(message);
  });

  it('says what a folder lacks', async () => {
    await expect(readDataset(join(folder, 'nowhere'))).rejects.toThrow(
      'a folder with manifest.jsonl',
    );
    await writeFile(join(folder, 'manifest.jsonl'), '\n');
    await expect(readDataset(folder)).rejects.toThrow('at least one line');
    await writeFile(join(folder, 'bad.jsonl'), 'no json');
    await expect(readDataset(join(folder, 'bad.jsonl'))).rejects.toThrow('bad.jsonl line 1');
  });
});
