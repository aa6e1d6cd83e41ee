import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ANATOMICAL_REGIONS, type DetectedRegion, float32, type Tensor } from '@cxrkit/core';
import type { TokenizerJson } from '@cxrkit/core/tokenizer';
import { readCheckpoint, writeSafetensors } from '@cxrkit/nn/checkpoint';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadReportGenerator } from '../load-report-generator.js';
import {
  type ConvertReportGeneratorOptions,
  convertReportGenerator,
} from './convert-report-generator.js';

// See tools/fixtures/README.md, report_gen.py.
const checkpoint = fileURLToPath(new URL('./__fixtures__/rgrg-style.pt', import.meta.url));
const golden = JSON.parse(
  await readFile(new URL('../network/__fixtures__/language-model.json', import.meta.url), 'utf8'),
) as {
  readonly features: { readonly dims: number[]; readonly data: number[] };
  readonly selection: { readonly data: number[] };
  readonly greedy: { readonly tokens: number[]; readonly logProbability: number }[];
};
const LETTERS = 'abcdefghijklmnopqr';

const end = { id: 18, content: '<|endoftext|>', special: true };
/** Eighteen letters and the end; no merges. */
const tokenizer = {
  version: '1.0',
  added_tokens: [end],
  normalizer: null,
  post_processor: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  model: {
    type: 'BPE',
    vocab: Object.fromEntries([...LETTERS, end.content].map((token, id) => [token, id] as const)),
    merges: [],
  },
} as TokenizerJson;

const [count, width] = golden.features.dims;
const regions = ANATOMICAL_REGIONS.slice(0, count).map(
  (name, i): DetectedRegion => ({
    name,
    detected: true,
    score: 1,
    box: [0, 0, 1, 1],
    features: Float32Array.from(golden.features.data.slice(i * width, (i + 1) * width)),
  }),
);

describe('convertReportGenerator', () => {
  let folder: string;
  let options: ConvertReportGeneratorOptions;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxrkit-convert-'));
    options = {
      checkpoint,
      tokenizer,
      out: join(folder, 'model'),
      // Heads of width 4 instead of 64; shapes cannot tell.
      config: { heads: 3, maxLength: 9 },
      storage: 'float32',
      meta: {
        name: 'rgrg-style',
        version: '1.0.0',
        licence: { weights: 'Apache-2.0', data: [] },
        provenance: { command: 'report_gen.py', date: '2026-03-01', trainingData: [] },
        scores: [],
        intendedUse: 'Tests.',
      },
    };
  });

  it('turns a checkpoint of RGRG, aliases and all, into a model that writes what PyTorch writes', async () => {
    const { manifest } = await convertReportGenerator(options);
    expect(manifest.architecture).toMatchObject({
      regionFeatures: 10,
      classifierWidths: [8, 4],
      width: 12,
      layers: 2,
      mlp: 24,
      vocabulary: 19,
      positions: 9,
      positionTable: 'wte',
      bosTokenId: 18,
    });
    await using generator = await loadReportGenerator({ model: options.out, device: 'cpu' });
    const report = await generator.generateReport(regions, {
      decoding: 'greedy',
      regions: regions.map(({ name }) => name),
    });
    for (const [i, { tokens, logProbability }] of golden.greedy.entries()) {
      const { sentence, beamScore, selectionLogit } = report.regions[i];
      expect(sentence).toBe(tokens.map((token) => LETTERS[token]).join(''));
      expect(beamScore).toBeCloseTo(logProbability, 4);
      expect(selectionLogit).toBeCloseTo(golden.selection.data[i], 5);
    }
  });

  it('reads safetensors, in float16 and without wpe, too', async () => {
    const { tensors } = await readCheckpoint(checkpoint);
    const path = join(folder, 'half.safetensors');
    const kept = [...tensors].filter(([name]) => !name.endsWith('.wpe.weight'));
    await writeSafetensors(path, kept);
    const out = join(folder, 'again');
    const again = await convertReportGenerator({
      ...options,
      checkpoint: path,
      out,
      storage: 'float16',
    });
    expect(again.manifest.architecture.positions).toBe(1024);
    expect(again.manifest.graphs.lm_step.bytes).toBeLessThan(60_000);
  });

  it('says what is missing, misshapen or not to be told', async () => {
    await expect(convertReportGenerator({ ...options, config: {} })).rejects.toThrow('heads');
    const { tensors } = await readCheckpoint(checkpoint);
    const write = async (name: string, change: (map: Map<string, Tensor>) => void) => {
      const copy = new Map(tensors);
      change(copy);
      const path = join(folder, `${name}.safetensors`);
      await writeSafetensors(path, copy);
      return convertReportGenerator({ ...options, checkpoint: path });
    };
    const block = 'language_model.gpt_with_lm_head.transformer.h.1';
    await expect(write('less', (map) => map.delete(`${block}.attn.uv.bias`))).rejects.toThrow(
      `1 missing: ${block}.attn.uv.bias`,
    );
    await expect(
      write('other', (map) => map.set(`${block}.ln_1.bias`, float32([1, 2]))),
    ).rejects.toThrow('of another shape');
    const detector = (map: Map<string, Tensor>) => {
      for (const name of map.keys()) if (!name.startsWith('object_detector')) map.delete(name);
    };
    await expect(write('detector', detector)).rejects.toThrow('it lacks');
    const path = join(folder, 'tokenizer.json');
    await writeFile(path, 'no JSON');
    await expect(convertReportGenerator({ ...options, tokenizer: path })).rejects.toThrow(
      'no readable tokenizer.json',
    );
  });
});
