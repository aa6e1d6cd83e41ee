import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { analysisSchema } from '../src/index.js';
import { DISK, type FileSystem } from '../src/output/write-files.js';
import { ADULT, CHILD, callCxr, collect, spawnCxr, startCxr } from './run-cxr.js';
import { writeTinyModels } from './tiny-models.js';

const isRoot = process.getuid?.() === 0;

describe('what cxr analyze leaves on the disk', () => {
  let root: string;
  let models: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cxr-out-'));
    models = join(root, 'models');
    await writeTinyModels(models);
  }, 60_000);

  it('writes data, text, picture and page of each X-ray', async () => {
    const out = join(root, 'whole');
    const { code, stdout, stderr } = await spawnCxr(
      'analyze',
      ADULT,
      CHILD,
      '--out',
      out,
      '--models',
      models,
    );
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      '00000963_007.json',
      '00000963_007.overlay.png',
      '00000963_007.report.txt',
      'IM-0531-0001.json',
      'IM-0531-0001.overlay.png',
      'IM-0531-0001.report.txt',
      'index.html',
    ]);
    const analysis = analysisSchema.parse(
      JSON.parse(await readFile(join(out, '00000963_007.json'), 'utf8')),
    );
    expect(analysis).toMatchObject({
      schemaVersion: 1,
      image: { path: ADULT, width: 512, height: 512 },
      model: { device: 'cpu', detector: { name: 'tiny-detector', version: '0.0.1' } },
      notAMedicalDevice: true,
    });
    expect(analysis.regions).toHaveLength(29);
    expect(analysis.classification.map(({ label }) => label)).toEqual([
      'Pneumonia',
      'Cardiomegaly',
      'No Finding',
    ]);
    const text = await readFile(join(out, '00000963_007.report.txt'), 'utf8');
    expect(text).toContain('REPORT\n');
    expect(text).toContain('Not a medical device.');
    const { width, height } = await sharp(join(out, '00000963_007.overlay.png')).metadata();
    expect([width, height]).toEqual([1480, 1000]);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(2);
    expect(page.match(/src="data:image\/webp;base64,/g)).toHaveLength(2);
    expect(page).not.toMatch(/(src|href)="https?:|url\(|<script/);
    expect(stdout).toContain(join(out, '00000963_007.overlay.png'));
    expect(stderr).toContain(`All results: ${join(out, 'index.html')}`);
  }, 60_000);

  it('keeps pictures of one name in different folders apart', async () => {
    const out = join(root, 'same-names');
    for (const [folder, picture] of [
      ['a', ADULT],
      ['b', CHILD],
    ] as const) {
      await mkdir(join(root, folder), { recursive: true });
      await copyFile(picture, join(root, folder, 'chest.jpg'));
    }
    const [a, b] = ['a', 'b'].map((folder) => join(root, folder, 'chest.jpg'));
    expect((await callCxr(['analyze', a, b, '--out', out, '--models', models])).code).toBe(0);
    const files = (await readdir(out)).filter((name) => name.endsWith('.json')).sort();
    expect(files).toEqual(['chest-a.json', 'chest-b.json']);
  });

  it('survives two runs into one folder at once', async () => {
    const out = join(root, 'two-runs');
    const runs = [join(root, 'a', 'chest.jpg'), join(root, 'b', 'chest.jpg')].map((path) =>
      spawnCxr('analyze', path, '--out', out, '--models', models, '--threads', '1'),
    );
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0]);
    const names = await readdir(out);
    expect(names.filter((name) => name.includes('partial') || name.startsWith('.'))).toEqual([]);
    for (const name of names.filter((file) => file.endsWith('.json')))
      analysisSchema.parse(JSON.parse(await readFile(join(out, name), 'utf8')));
    expect(await readFile(join(out, 'index.html'), 'utf8')).toMatch(/<\/html>\n$/);
  }, 60_000);

  it('says at once that the output folder cannot be made', async () => {
    const file = join(root, 'file.txt');
    await writeFile(file, '');
    const { code, stdout, stderr } = await spawnCxr(
      'analyze',
      ADULT,
      '--out',
      join(file, 'out'),
      '--models',
      models,
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trim()).toBe(
      `error: Could not write ${join(file, 'out')}: a part of the path is a file. Choose another folder with --out.`,
    );
  });

  it.skipIf(isRoot)(
    'says at once that the output folder is not writable (root may write anywhere)',
    async () => {
      const out = join(root, 'locked');
      await mkdir(out);
      await chmod(out, 0o500);
      const { code, stderr } = await callCxr(['analyze', ADULT, '--out', out, '--models', models]);
      expect(code).toBe(1);
      expect(stderr).toContain('permission denied');
    },
  );

  it.each([1, 2, 3])(
    'leaves nothing half-written when the disk is full at file %i',
    async (last) => {
      const out = join(root, `full-${last}`);
      const { code, stderr } = await callCxr(['analyze', ADULT, '--out', out, '--models', models], {
        disk: fullAfter(last),
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(/failed: .*Could not write .*: the disk is full\. Free some space/);
      expect(await readdir(out)).toEqual([]);
    },
  );

  it('stops at Ctrl-C with 130, and what is there is whole', async () => {
    const [folder, out] = [join(root, 'many'), join(root, 'stopped')];
    await mkdir(folder);
    for (let i = 0; i < 60; i++)
      await copyFile(ADULT, join(folder, `x${String(i).padStart(2, '0')}.jpg`));
    const child = startCxr('analyze', folder, '--out', out, '--models', models);
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const { code, stderr } = await collect(child);
    expect(code).toBe(130);
    expect(stderr).toContain('Stopped.');
    const names = await readdir(out);
    expect(names.filter((name) => name.includes('partial'))).toEqual([]);
    const results = names.filter((name) => name.endsWith('.json'));
    expect(results.length).toBeGreaterThan(0);
    expect(results.length).toBeLessThan(60);
    for (const name of results)
      analysisSchema.parse(JSON.parse(await readFile(join(out, name), 'utf8')));
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(results.length);
  }, 60_000);
});

/** A disk that takes the probe and `count - 1` files, then writes half of one and fails. */
function fullAfter(count: number): FileSystem {
  let files = 0;
  return {
    ...DISK,
    writeFile: async (path, content) => {
      if (files++ < count) return await DISK.writeFile(path, content);
      await DISK.writeFile(path, 'half');
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    },
  };
}
