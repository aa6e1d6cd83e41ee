import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, float32, int64, type Tensor } from '@cxrkit/core';
import { type ModelFolder, openModelFolder } from '@cxrkit/core/model';
import { type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer } from '@cxrkit/core/tokenizer';
import { serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertEncoders, convertVae, convertVision } from '../src/convert/index.js';
import {
  clipTextGraph,
  clipVisionGraph,
  vaeDecoderGraph,
  vaeEncoderGraph,
} from '../src/network/index.js';
import {
  convertTinyEncoders,
  meta,
  PUBLISHED,
  prefixed,
  START_TOKEN,
  TINY_IMAGE,
  TINY_TEXT,
  VOCABULARY,
  writeCheckpoint,
  writeTokenizer,
  writeUVit,
} from './tiny-clip.js';
import { randomWeights, TINY_U_VIT, TINY_VAE } from './tiny-sizes.js';

let root: string;
let encoders: ModelFolder;
let runtime: OnnxRuntime;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-irgen-convert-'));
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  encoders = await convertTinyEncoders(root);
}, 60_000);
afterAll(async () => {
  await runtime.dispose();
  await rm(root, { recursive: true });
});

const { endToken, maxLength } = TINY_TEXT;

describe('convertEncoders', () => {
  it('writes both towers with what prepares their inputs', async () => {
    expect(encoders.manifest).toMatchObject({
      stage: 'irgen-encoders',
      architecture: { text: TINY_TEXT, image: TINY_IMAGE },
      preprocessing: {
        side: 16,
        fit: 'stretch',
        mean: [0.5, 0.5, 0.5],
        deviation: [0.5, 0.5, 0.5],
      },
    });
    const ids = int64([START_TOKEN, 5, 9, endToken, endToken], [1, 5]);
    const pixels = float32(
      Float32Array.from({ length: 768 }, (_, i) => Math.sin(i)),
      [1, 3, 16, 16],
    );
    const cases = [
      ['text', clipTextGraph(TINY_TEXT), PUBLISHED.text, { input_ids: ids }],
      ['image', clipVisionGraph(TINY_IMAGE), PUBLISHED.image, { pixel_values: pixels }],
    ] as const;
    for (const [name, graph, weights, feeds] of cases) {
      await using direct = await runtime.load(serializeGraph(graph, { weights }).bytes);
      await using converted = await runtime.load(await encoders.graph(name));
      expect(await converted.run(feeds)).toEqual(await direct.run(feeds));
    }
  });

  it('makes a tokenizer of CLIP that pads with the end token', async () => {
    const tokenizer = await loadTokenizer(await encoders.file('tokenizer'));
    const words = ['chest</w>', 'x</w>', 'ra', 'y</w>', 'with</w>', '1</w>', '2</w>', ',</w>'];
    expect(tokenizer.encode('  CHEST  X ray with 12,')).toEqual([
      START_TOKEN,
      ...words.map((word) => VOCABULARY[word]),
      endToken,
    ]);
    const { ids } = tokenizer.encodeBatch([''], { maxLength: 4, padding: 'max' });
    expect([...ids.data].map(Number)).toEqual([START_TOKEN, endToken, endToken, endToken]);
  });

  it('takes a tokenizer.json as well, and sets its padding', async () => {
    const path = await encoders.file('tokenizer');
    const { padding, ...json } = JSON.parse(await readFile(path, 'utf8'));
    expect(padding.pad_id).toBe(endToken);
    const bare = join(root, 'bare-tokenizer.json');
    await writeFile(bare, JSON.stringify(json));
    const again = await convert({ tokenizer: bare, out: join(root, 'again') });
    expect(again.manifest.files).toEqual(encoders.manifest.files);
  });

  const convert = async (options: Partial<Parameters<typeof convertEncoders>[0]>) =>
    await convertEncoders({
      ...{ out: join(root, 'other'), meta: meta('other'), tokenizer: await writeTokenizer(root) },
      ...{ text: join(root, 'text.safetensors'), image: join(root, 'clip.safetensors') },
      ...{ configs: { text: TINY_TEXT, image: TINY_IMAGE }, ...options },
    });

  it('refuses other sizes, other files and the tokenizer of another model', async () => {
    const sizes = (text: object) => convert({ configs: { text: { ...TINY_TEXT, ...text } } });
    await expect(sizes({ layers: 3 })).rejects.toThrow(
      /16 missing: text_model\.encoder\.layers\.2/,
    );
    await expect(sizes({ layers: 1 })).rejects.toThrow(/16 unexpected: text_model/);
    await expect(sizes({ maxLength: 9 })).rejects.toThrow('expected [9, 12], got [60, 12]');
    await expect(convert({ image: join(root, 'text.safetensors') })).rejects.toThrow(
      CheckpointError,
    );
    const { maxLength: _, ...smaller } = TINY_TEXT;
    const text = { ...smaller, maxLength, vocabulary: 400, endToken: 399 };
    await expect(convert({ configs: { text } })).rejects.toThrow(/one of at most 400 tokens/);
    const missing = { vocabulary: join(root, 'vocab.json'), merges: join(root, 'none.txt') };
    await expect(convert({ tokenizer: missing })).rejects.toThrow('could not be read');
  });

  it('asks which of two towers is meant', async () => {
    const entries = ['first.', 'second.'].flatMap((prefix) => prefixed(prefix, PUBLISHED.text));
    const file = await writeCheckpoint(join(root, 'two.safetensors'), entries);
    await expect(convert({ text: file })).rejects.toThrow('one of "first.", "second."');
    const chosen = await convert({ text: { file, prefix: 'second.' }, storage: 'float32' });
    expect(chosen.manifest.graphs.text).toEqual(encoders.manifest.graphs.text);
  });
});

describe('convertVae', () => {
  it('knows both generations of names', async () => {
    const config = { ...TINY_VAE, attention: true };
    const old = randomWeights([vaeEncoderGraph(config), vaeDecoderGraph(config)], 3);
    const words = { query: 'to_q', key: 'to_k', value: 'to_v', proj_attn: 'to_out.0' };
    const renamed = [...old].map(([name, tensor]): [string, Tensor] => [
      name.replace(
        /\.(query|key|value|proj_attn)\./,
        (_, word: keyof typeof words) => `.${words[word]}.`,
      ),
      tensor,
    ]);
    expect(renamed.some(([name]) => name === 'encoder.mid_block.attentions.0.to_out.0.bias')).toBe(
      true,
    );
    const graphs = [];
    for (const [name, entries] of Object.entries({ old, renamed })) {
      const checkpoint = await writeCheckpoint(join(root, `${name}.safetensors`), entries);
      const out = join(root, `vae-${name}`);
      const { manifest } = await convertVae({ checkpoint, out, config, meta: meta('vae') });
      expect(manifest.preprocessing).toEqual({ side: 32, fit: 'stretch' });
      graphs.push(manifest.graphs);
    }
    expect(graphs[0]).toEqual(graphs[1]);
  });
});

describe('convertVision', () => {
  it('finds the layer before a U-ViT by its sizes, or by name', async () => {
    const vae = join(root, 'tiny-vae');
    const checkpoint = await writeCheckpoint(join(root, 'vae.safetensors'), PUBLISHED.vae);
    await convertVae({ checkpoint, out: vae, config: TINY_VAE, meta: meta('vae') });
    const convert = async (layers: string[], contextLayer?: string) =>
      await convertVision({
        ...{ checkpoint: await writeUVit(root, layers), out: join(root, 'u-vit'), contextLayer },
        ...{ denoiser: TINY_U_VIT, encoders: encoders.path, vae, meta: meta('u-vit') },
      });
    const found = await convert(['projection']);
    expect(found.manifest.architecture).toMatchObject({
      ...{ textLength: maxLength, textWidth: 12, nullReference: 'zeros', promptPadding: 'none' },
      trainedWith: { encoders: { name: 'tiny-clip' }, vae: { name: 'vae' } },
    });
    expect(found.manifest.thresholds).toEqual({ guidance: 7.5 });
    await expect(convert(['a', 'b'])).rejects.toThrow('one of a, b');
    const named = await convert(['a', 'b'], 'b');
    expect(named.manifest.graphs).toEqual(found.manifest.graphs);
    await expect(convert(['a'], 'c')).rejects.toThrow('a linear layer [16, 12]');
    await expect(convert([])).rejects.toThrow('no linear layer 12 -> 16');
    const { manifest } = await openModelFolder(join(root, 'u-vit'));
    expect(manifest.graphs).toEqual(found.manifest.graphs);
  });
});
