import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelLoadError } from '../errors.js';
import { sampleContents } from './__fixtures__/sample-model.js';
import { openModelFolder } from './open-model-folder.js';
import { writeModelFolder } from './write-model-folder.js';

let root: string;
let project: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cxrkit-npm-')));
  project = join(root, 'project', 'src');
  await mkdir(project, { recursive: true });
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function install(name: string, models: readonly string[], fields: object = {}) {
  const folder = join(root, 'project', 'node_modules', name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', ...fields }),
  );
  for (const model of models)
    await writeModelFolder(join(folder, 'models', model), sampleContents());
  return folder;
}

function open(source: string) {
  return openModelFolder(source, { resolveFrom: project });
}

describe('npm: sources', () => {
  it.each([
    ['no exports', {}],
    ['exports of package.json only', { exports: { './package.json': './package.json' } }],
    ['exports that hide package.json', { exports: { '.': './index.js' } }],
  ])('finds a named model in a package with %s', async (_, fields) => {
    const folder = await install('@scope/models', ['detector', 'other'], fields);
    const model = await open('npm:@scope/models/detector');
    expect(model.path).toBe(join(folder, 'models', 'detector'));
    await expect(model.graph('relu')).resolves.toBe(join(model.path, 'relu.onnx'));
  });

  it('finds the only model of a package, and a package that is a model', async () => {
    const folder = await install('one-model', ['detector']);
    expect((await open('npm:one-model')).path).toBe(join(folder, 'models', 'detector'));
    const self = await install('is-model', []);
    const { path } = await writeModelFolder(join(root, 'made'), sampleContents());
    for (const file of ['model.json', 'relu.onnx'])
      await import('node:fs/promises').then(({ cp }) => cp(join(path, file), join(self, file)));
    expect((await open('npm:is-model')).path).toBe(self);
  });

  it('also looks from this module', async () => {
    // vitest is installed beside this package and nowhere near the temporary project.
    await expect(open('npm:vitest/x')).rejects.toThrow(/has no model "x"; found: none/);
  });

  it('names the models there are, and how to install a package that is not there', async () => {
    await install('@scope/models', ['detector', 'report-gen']);
    const named = /found: detector, report-gen/;
    await expect(open('npm:@scope/models')).rejects.toThrow(named);
    await expect(open('npm:@scope/models/absent')).rejects.toThrow(named);
    const absent = open('npm:@scope/not-installed/detector');
    await expect(absent).rejects.toThrow(ModelLoadError);
    await expect(absent).rejects.toThrow(/Run npm install @scope\/not-installed/);
  });

  it.each(['npm:', 'npm:..', 'npm:../x/y', 'npm:@scope', 'npm:p/../../x', 'npm:p//x'])(
    'refuses the source %s',
    async (source) => {
      await expect(open(source)).rejects.toThrow(/expected npm:package\/model/);
    },
  );
});
