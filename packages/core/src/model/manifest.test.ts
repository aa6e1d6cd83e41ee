import { describe, expect, it } from 'vitest';
import { ModelLoadError } from '../errors.js';
import { sampleContents } from './__fixtures__/sample-model.js';
import { modelManifestSchema } from './manifest-schema.js';
import { checkManifest, parseManifest } from './parse-manifest.js';

const FILE = { sha256: 'c'.repeat(64), bytes: 1 };
const GRAPH = {
  ...FILE,
  file: 'g.onnx',
  inputs: [],
  outputs: [{ name: 'y', type: 'bool', dims: [] }],
};
const VALID = {
  ...sampleContents().manifest,
  formatVersion: 1,
  graphs: { g: GRAPH },
  files: { tokenizer: { ...FILE, file: 'tokenizer.json' } },
};

describe('model.json', () => {
  it('comes back as it was', () => {
    expect(parseManifest(JSON.stringify(VALID), 'm')).toEqual(VALID);
  });

  it('of a later version says to update', () => {
    const later = { formatVersion: 2, everything: 'new' };
    expect(() => checkManifest(later, 'm')).toThrow(ModelLoadError);
    expect(() => checkManifest(later, 'm')).toThrow(
      /at m: model\.json has format version 2, this release reads 1\. Update CXRKit/,
    );
  });

  it('that is not JSON says so', () => {
    expect(() => parseManifest('{ "formatVersion": 1,', 'm')).toThrow(/model\.json is not JSON \(/);
  });

  it('names every issue with its place, and how many more there are', () => {
    const { stage, ...rest } = VALID;
    const broken = { ...rest, notAMedicalDevice: false, graphs: { g: { ...GRAPH, bytes: -1 } } };
    expect(() => checkManifest(broken, 'm')).toThrow(/stage: .*; notAMedicalDevice: .*true/);
    expect(() => checkManifest(broken, 'm')).toThrow(/graphs\.g\.bytes: /);
    expect(() => checkManifest({ formatVersion: 1 }, 'm')).toThrow(/; and \d+ more\.$/);
    expect(() => checkManifest('text', 'm')).toThrow(/top level: /);
  });

  it.each<[string, object]>([
    ['a misspelt key', { treshholds: {} }],
    ['a tokenizer that is no file', { tokenizer: 'vocabulary' }],
    ['an upper-case hash', { graphs: { g: { ...GRAPH, sha256: 'C'.repeat(64) } } }],
    ['a stage in capitals', { stage: 'Detector' }],
    ['a date in words', { provenance: { ...VALID.provenance, date: 'yesterday' } }],
    [
      'an unknown element type',
      {
        graphs: { g: { ...GRAPH, inputs: [{ name: 'x', type: 'string', dims: [] }] } },
      },
    ],
    ['a score of null', { scores: [{ ...VALID.scores[0], value: null }] }],
    [
      'a script for a link',
      {
        licence: { weights: 'x', data: [{ ...VALID.licence.data[0], url: 'javascript:alert(1)' }] },
      },
    ],
  ])('with %s is refused', (_, change) => {
    expect(modelManifestSchema.safeParse(VALID).success).toBe(true);
    expect(modelManifestSchema.safeParse({ ...VALID, ...change }).success).toBe(false);
  });

  it.each([
    '../g.onnx',
    'a/../../g.onnx',
    'a/..',
    '..',
    '.',
    '/etc/passwd',
    'C:\\g.onnx',
    'C:/g.onnx',
    '..\\g.onnx',
    '\\\\host\\g',
    'a//g',
    'a/',
    '',
    '.hidden',
    'g\0.onnx',
    'file:///g',
    'model.json',
    'readme.MD',
  ])('with the file name %j is refused', (file) => {
    const places = [
      { graphs: { g: { ...GRAPH, file } } },
      { graphs: { g: { ...GRAPH, externalData: [{ ...FILE, file }] } } },
      { files: { tokenizer: { ...FILE, file } } },
    ];
    for (const place of places)
      expect(() => checkManifest({ ...VALID, ...place }, 'm')).toThrow(/file: /);
  });
});
