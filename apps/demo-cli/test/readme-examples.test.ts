import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINI_MODELS, type MiniModel, miniModelPath } from '@cxrkit/models-mini';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, collect } from './run-cxr.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGES = ['README.md', 'docs/**/*.md', 'packages/*/README.md', 'apps/*/README.md'];

interface Example {
  /** Page and number of the block on it. */
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** Blocks marked `typescript` are parts: they are checked but not run. */
  readonly isWhole: boolean;
  /** Mini models that it loads. */
  readonly models: readonly MiniModel[];
}

const examples = globSync(PAGES, { cwd: ROOT }).sort().flatMap(examplesOf);
const isThere = (name: MiniModel): boolean => existsSync(join(miniModelPath(name), 'model.json'));

function examplesOf(page: string): Example[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(ts|typescript)\n([\s\S]*?)^```$/gm)].map(
    ([, language, code], i) => ({
      name: `${page} ${i + 1}`,
      file: `${page.replaceAll(/[/.]/g, '-')}-${i + 1}.mts`,
      code,
      isWhole: language === 'ts',
      models: MINI_MODELS.filter(
        (name) =>
          code.includes('@cxrkit/demo-cli') ||
          new RegExp(`models-mini/${name}|Path\\('${name}'`).test(code),
      ),
    }),
  );
}

describe('the examples of the documentation', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-examples-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'tmp'));
    for (const { file, code } of examples) await writeFile(join(folder, file), code);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = (...words: readonly string[]): Promise<CommandResult> =>
    collect(
      spawn(process.execPath, words, {
        // The paths in the examples start at the root of a clone.
        cwd: ROOT,
        env: { ...process.env, TMPDIR: join(folder, 'tmp') },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );

  it('are found', () => {
    const pages = new Set(examples.map(({ name }) => name.replace(/ \d+$/, '')));
    for (const name of ['core', 'nn', 'detector', 'report-gen', 'clip-classifier', 'eval'])
      expect(pages).toContain(`packages/${name}/README.md`);
    expect(pages).toContain('README.md');
  });

  it('have the types they use', async () => {
    const compilerOptions = {
      ...{ composite: false, declarationMap: false, emitDeclarationOnly: false, noEmit: true },
      ...{ isolatedDeclarations: false, sourceMap: false },
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    const project = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions };
    const config = join(folder, 'tsconfig.json');
    await writeFile(config, JSON.stringify({ ...project, include: ['*.mts'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout, stderr } = await start(tsc, '-p', config);
    expect(stderr).toBe('');
    // Errors in the sources of the packages are the matter of their own type check.
    expect(stdout.split('\n').filter((line) => line.includes('.mts('))).toEqual([]);
  }, 120_000);

  for (const { name, file, models } of examples.filter(({ isWhole }) => isWhole)) {
    const missing = models.filter((model) => !isThere(model));
    const reason = missing.length > 0 ? ` (skipped: models-mini lacks ${missing.join(', ')})` : '';
    it.skipIf(missing.length > 0)(`${name} runs${reason}`, { concurrent: true }, async () => {
      const source = ['--import', 'tsx', '--conditions=@cxrkit/source'];
      const { code, stdout, stderr } = await start(...source, join(folder, file));
      expect(code, stderr).toBe(0);
      expect(stdout).not.toBe('');
    });
  }
});
