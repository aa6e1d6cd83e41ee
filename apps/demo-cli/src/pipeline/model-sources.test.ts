import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { miniModelPath } from '@cxrkit/models-mini';
import { expect, it } from 'vitest';
import { stageSource } from './model-sources.js';

it('finds the source of a stage in a root, in a map, or among the mini models', async () => {
  expect(stageSource(undefined, 'detector')).toBe(miniModelPath('detector'));
  expect(stageSource('my-models', 'report-gen')).toBe(join('my-models', 'report-gen'));
  expect(stageSource('hf:owner/name@v1', 'detector')).toBe('hf:owner/name@v1/detector');
  expect(stageSource('npm:@cxrkit/models-mini', 'detector')).toBe(
    'npm:@cxrkit/models-mini/detector',
  );
  expect(stageSource('npm:@cxrkit/models-mini/detector', 'detector')).toBe(
    'npm:@cxrkit/models-mini/detector',
  );
  const mixed = { detector: 'my-detector' };
  expect(stageSource(mixed, 'detector')).toBe('my-detector');
  expect(stageSource(mixed, 'clip-classifier')).toBe(miniModelPath('clip-classifier'));
  const folder = await mkdtemp(join(tmpdir(), 'cxr-source-'));
  await writeFile(join(folder, 'model.json'), '{}');
  expect(stageSource(folder, 'detector')).toBe(folder);
});
