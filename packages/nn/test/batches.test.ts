import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { DisposedError, InvalidInputError } from '@cxrkit/core';
import { BatchError, BatchSampler, type BatchSource, workerBatches } from '@cxrkit/nn/train';
import { describe, expect, it } from 'vitest';
import type { NoiseData } from './children/noise-worker.js';

const module = new URL('./children/noise-worker.js', import.meta.url);

function noiseBatches(data: Partial<NoiseData> = {}, workers = 1): BatchSource {
  return workerBatches({ module, data: { count: 1, ...data }, workers, ahead: 2 });
}

describe('workerBatches', { timeout: 60_000 }, () => {
  it('gives the same batches whatever the number of workers and the order', async () => {
    await using one = noiseBatches();
    await using three = noiseBatches({}, 3);
    const order = [0, 1, 2, 3, 7, 4];
    for (const index of order) {
      const [a, b] = await Promise.all([one.batch(index), three.batch(index)]);
      expect(a).toEqual(b);
    }
    expect(await one.batch(3)).toEqual(await three.batch(3));
    expect(await one.batch(3)).not.toEqual(await three.batch(4));
  });

  it.each([
    ['open', 'INVALID_INPUT', /Could not make batch 0: TypeError: no such data set/],
    ['plain', 'INVALID_INPUT', /Could not make batch 0: TypeError: no such picture/],
    ['typed', 'IMAGE_DECODE', /Could not make batch 0: xray\.png is empty/],
    ['unclonable', 'INVALID_INPUT', /with a function/],
    ['exit', 'INVALID_INPUT', /stopped: it ended with code 3/],
    ['crash', 'INVALID_INPUT', /stopped: Error: out of luck/],
  ] as const)('rejects with a typed error on failure "%s"', async (failure, code, message) => {
    await using batches = noiseBatches({ failure });
    const first = batches.batch(0);
    await expect(first).rejects.toThrow(BatchError);
    await expect(first).rejects.toThrow(message);
    await expect(first).rejects.toMatchObject({ code });
  });

  it('goes on after one bad batch, and refuses everything after a crash', async () => {
    await using batches = noiseBatches({ failure: 'plain', failAt: 1 });
    await batches.batch(0);
    await expect(batches.batch(1)).rejects.toThrow(BatchError);
    expect(Object.keys(await batches.batch(2))).toEqual(['x', 'y']);
    await using crashing = noiseBatches({ failure: 'crash', failAt: 1 });
    await crashing.batch(0);
    await expect(crashing.batch(1)).rejects.toThrow('out of luck');
    await expect(crashing.batch(9)).rejects.toThrow('out of luck');
  });

  it('rejects what is under way when disposed', async () => {
    const batches = noiseBatches({ delayMs: 200 });
    const pending = batches.batch(0);
    const rejected = expect(pending).rejects.toThrow(DisposedError);
    await batches[Symbol.asyncDispose]();
    await rejected;
    await expect(batches.batch(1)).rejects.toThrow(DisposedError);
  });

  it('starts from any working directory', () => {
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const train = new URL('../src/train/index.ts', import.meta.url).href;
    const script = `
      const { workerBatches } = await import(${JSON.stringify(train)});
      const source = workerBatches({ module: new URL(${JSON.stringify(module.href)}), data: { count: 1 } });
      console.log(Object.keys(await source.batch(0)).join());`;
    const flags = ['--conditions=@cxrkit/source', '--import', loader, '--input-type=module'];
    const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '-e', script], {
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('x,y\n');
    expect(status).toBe(0);
  });
});

describe('BatchSampler', () => {
  const items = Array.from({ length: 130 }, (_, i) => ({ source: i < 100 ? 'nih' : 'kermany', i }));

  it('is a pure function of the index', () => {
    const forward = new BatchSampler(items, 8, 3);
    const all = Array.from({ length: 60 }, (_, index) => forward.items(index));
    const fresh = new BatchSampler(items, 8, 3);
    for (const index of [59, 0, 31, 31, 7]) expect(fresh.items(index)).toEqual(all[index]);
    expect(new BatchSampler(items, 8, 4).items(0)).not.toEqual(all[0]);
  });

  it('takes one set a batch and each item once an epoch', () => {
    const sampler = new BatchSampler(items, 10, 1);
    const seen = { nih: [] as number[], kermany: [] as number[] };
    for (let index = 0; index < 40; index++) {
      const batch = sampler.items(index);
      expect(new Set(batch.map(({ source }) => source)).size).toBe(1);
      seen[batch[0].source as 'nih'].push(...batch.map(({ i }) => i));
    }
    expect(new Set(seen.nih.slice(0, 100)).size).toBe(100);
    expect(new Set(seen.kermany.slice(0, 30)).size).toBe(30);
    expect(seen.kermany.slice(30, 60)).not.toEqual(seen.kermany.slice(0, 30));
  });

  it('mixes the sets of a batch if asked, by the same shares and epochs', () => {
    const sampler = new BatchSampler(items, 10, 1, { nih: 1, kermany: 1 }, true);
    const batches = Array.from({ length: 200 }, (_, index) => sampler.items(index));
    const mixed = batches.filter((batch) => new Set(batch.map(({ source }) => source)).size === 2);
    expect(mixed.length).toBeGreaterThan(180);
    const kermany = batches.flat().filter(({ source }) => source === 'kermany');
    expect(kermany.length / 2000).toBeGreaterThan(0.45);
    expect(kermany.length / 2000).toBeLessThan(0.55);
    expect(new Set(kermany.slice(0, 30).map(({ i }) => i)).size).toBe(30);
    const fresh = new BatchSampler(items, 10, 1, { nih: 1, kermany: 1 }, true);
    expect(fresh.items(150)).toEqual(batches[150]);
  });

  it('follows the shares', () => {
    const sampler = new BatchSampler(items, 1, 1, { nih: 1, kermany: 3 });
    const picked = Array.from({ length: 2000 }, (_, index) => sampler.items(index)[0].source);
    const share = picked.filter((source) => source === 'kermany').length / 2000;
    expect(share).toBeGreaterThan(0.71);
    expect(share).toBeLessThan(0.79);
    const only = new BatchSampler(items, 1, 1, { nih: 0, kermany: 1 });
    expect(only.items(17)[0].source).toBe('kermany');
  });

  it('is quick far into a run', () => {
    const sampler = new BatchSampler(items, 8, 3);
    sampler.items(20_000);
    const start = performance.now();
    for (let index = 0; index < 2000; index++) sampler.items(18_000 + index);
    // A scan of all earlier indices took minutes.
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('refuses what it cannot draw from', () => {
    expect(() => new BatchSampler([], 8, 3)).toThrow(InvalidInputError);
    expect(() => new BatchSampler(items, 8, 3, { nih: 0, kermany: 0 })).toThrow(InvalidInputError);
    expect(() => new BatchSampler(items, 8, 3, { nih: -1, kermany: 2 })).toThrow(InvalidInputError);
  });
});
