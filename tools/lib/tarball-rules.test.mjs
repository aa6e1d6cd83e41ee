import { describe, expect, it } from 'vitest';
import { findMachinePath, judgeContents } from './tarball-rules.mjs';

const manifest = {
  name: '@cxrkit/sample',
  version: '0.1.0',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
};
const good = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'];

/** @param {string[]} paths */
function filesOf(paths, size = 10) {
  return paths.map((path) => ({ path, size }));
}

describe('judgeContents', () => {
  it('has nothing to say about a package with its entries, licence and read-me', () => {
    expect(judgeContents({ manifest, files: filesOf(good), packedBytes: 50 })).toEqual([]);
  });

  it.each(good)('names a missing %s', (missing) => {
    const files = filesOf(good.filter((path) => path !== missing));
    expect(judgeContents({ manifest, files, packedBytes: 50 })).toEqual([
      `expected ${missing} in the package, got none`,
    ]);
  });

  it.each([
    'src/box.test.ts',
    'dist/box.test.js.map',
    'test/front-door.ts',
    'src/image/__fixtures__/area.json',
    'tsconfig.lib.json',
    'dist/tsconfig.lib.tsbuildinfo',
    '.env',
  ])('refuses %s', (path) => {
    const faults = judgeContents({ manifest, files: filesOf([...good, path]), packedBytes: 50 });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(path);
  });

  it('keeps `testing` entries, which are for users', () => {
    const files = filesOf([...good, 'dist/testing/index.js', 'src/testing/index.ts']);
    expect(judgeContents({ manifest, files, packedBytes: 50 })).toEqual([]);
  });

  it('allows weights in models-mini only, and up to its limit', () => {
    const models = { ...manifest, name: '@cxrkit/models-mini' };
    /** @param {number} size */
    const files = (size) => [...filesOf(good), { path: 'models/detector/model.onnx', size }];
    const judge = (/** @type {typeof manifest} */ owner, /** @type {number} */ size) =>
      judgeContents({ manifest: owner, files: files(size), packedBytes: 50 });
    expect(judge(manifest, 1000)).toEqual([
      'expected its weight files to take at most 0 kB, got 1 kB',
    ]);
    expect(judge(models, 48e6)).toEqual([]);
    expect(judge(models, 48e6 + 1)).toHaveLength(1);
  });

  it('refuses a code package above 500 kB', () => {
    const faults = judgeContents({ manifest, files: filesOf(good), packedBytes: 500_001 });
    expect(faults).toEqual(['expected the package to take at most 500 kB, got 501 kB']);
  });
});

describe('findMachinePath', () => {
  it.each([
    '"/home/ada/cxrkit/src"',
    'from /root/x.js',
    'file:///Users/ada/a.ts',
    '"C:\\src\\a.ts"',
  ])('finds one in %s', (text) => expect(findMachinePath(text, '/srv/checkout')).toBeDefined());

  it('finds the repository itself wherever it lies', () => {
    expect(findMachinePath('at /srv/checkout/packages', '/srv/checkout')).toBe('/srv/checkout');
  });

  it.each([
    'https://example.org/home/page',
    '../../src/index.ts',
    '/usr/share/fonts',
    'a/root/b',
    'C:\\',
  ])('lets %s pass', (text) => expect(findMachinePath(text, '/srv/checkout')).toBeUndefined());
});
