import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ADULT, type CommandResult, callCxr, spawnCxr } from './run-cxr.js';
import { writeTinyModels } from './tiny-models.js';

describe('models that are not what they should be', () => {
  let root: string;
  let sound: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cxr-models-'));
    sound = join(root, 'sound');
    await writeTinyModels(sound);
  }, 60_000);

  async function broken(
    name: string,
    change: (models: string) => Promise<void>,
  ): Promise<CommandResult> {
    const models = join(root, name);
    await cp(sound, models, { recursive: true });
    await change(models);
    return await callCxr(['detect', ADULT, '--models', models]);
  }

  async function editManifest(
    folder: string,
    edit: (manifest: Record<string, unknown>) => void,
  ): Promise<void> {
    const path = join(folder, 'model.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    edit(manifest);
    await writeFile(path, JSON.stringify(manifest));
  }

  it('works with sound ones, as a process of its own', async () => {
    const { code, stdout, stderr } = await spawnCxr('detect', ADULT, '--models', sound);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('cardiac silhouette');
  });

  it('refuses a corrupted graph before onnxruntime sees it, as a process of its own', async () => {
    const models = join(root, 'corrupt');
    await cp(sound, models, { recursive: true });
    const path = join(models, 'detector', 'trunk.onnx');
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(path, bytes);
    const { code, stdout, stderr } = await spawnCxr('detect', ADULT, '--models', models);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: Could not load the model at .*trunk\.onnx/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const verify = await callCxr(['models', 'verify', join(models, 'detector')]);
    expect(verify.code).toBe(1);
    expect(verify.stdout).toMatch(/DAMAGED[\s\S]*trunk\.onnx/);
  });

  it('refuses a graph in the place of another', async () => {
    const { code, stderr } = await broken('swapped', (models) =>
      cp(join(models, 'detector', 'roi.onnx'), join(models, 'detector', 'trunk.onnx')),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('trunk.onnx');
  });

  it('refuses a graph of other inputs although the hash is right', async () => {
    const { code, stderr } = await broken('reshaped', async (models) => {
      const folder = join(models, 'detector');
      const bytes = await readFile(join(folder, 'roi.onnx'));
      await writeFile(join(folder, 'trunk.onnx'), bytes);
      await editManifest(folder, (manifest) => {
        const { trunk } = manifest.graphs as Record<string, Record<string, unknown>>;
        trunk.sha256 = createHash('sha256').update(bytes).digest('hex');
        trunk.bytes = bytes.length;
      });
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*pixel_values/);
  });

  it('refuses the model.json of a later version', async () => {
    const { code, stderr } = await broken('future', (models) =>
      editManifest(join(models, 'detector'), (manifest) => {
        manifest.formatVersion = 2;
      }),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/version/i);
  });

  it('names a missing graph', async () => {
    const { code, stderr } = await broken('missing', (models) =>
      rm(join(models, 'detector', 'roi.onnx')),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/roi\.onnx .*missing/);
  });

  it('refuses the folder of another stage, naming both', async () => {
    const other = join(sound, 'report-gen');
    const { code, stderr } = await callCxr(['detect', ADULT, '--models', `detector=${other}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('expected a model of stage "detector", got "tiny-report-gen"');
    expect((await callCxr(['detect', ADULT, '--models', other])).stderr).toBe(stderr);
  });

  it('tells what is missing from a models root', async () => {
    const { code, stderr } = await callCxr(['detect', ADULT, '--models', join(root, 'nowhere')]);
    expect(code).toBe(1);
    expect(stderr).toContain(join('nowhere', 'detector'));
  });
});
