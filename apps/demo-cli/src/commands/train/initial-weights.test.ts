import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32, InvalidInputError } from '@cxrkit/core';
import { writeSafetensors } from '@cxrkit/nn/checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInitialWeights } from './initial-weights.js';

describe('the weights of --init', () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-init-'));
    path = join(folder, 'state.safetensors');
    const names = ['mid.weight', 'mid.bias', 'ema/mid.weight', 'm/mid.weight', 'v/mid.weight'];
    await writeSafetensors(path, new Map(names.map((name, i) => [name, float32([i])])));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are the averages of another run where there are any', async () => {
    const { initialWeights } = await readInitialWeights(path, undefined, {});
    expect(initialWeights).toEqual(
      new Map([
        ['mid.weight', float32([2])],
        ['mid.bias', float32([1])],
      ]),
    );
  });

  it('are renamed by rules, of which one has to fit', async () => {
    const rules = { rename: [['^mid', 'trunk']] as const };
    const { initialWeights } = await readInitialWeights(path, rules, {});
    expect([...(initialWeights?.keys() ?? [])]).toEqual(['trunk.weight', 'trunk.bias']);
    const none = readInitialWeights(path, { rename: [['^head', '']] }, {});
    await expect(none).rejects.toThrow(InvalidInputError);
    await expect(none).rejects.toThrow('init.rename');
  });
});
