import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { int64, type Tensor } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { serializeGraph } from '@cxrkit/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConditionEncoders } from '../src/encoders/condition-encoders.js';
import { pictureTensor } from '../src/encoders/picture-tensor.js';
import { loadCxrIrgen } from '../src/index.js';
import { clipTextGraph, clipVisionGraph } from '../src/network/index.js';
import { openSet } from '../src/parts/open-set.js';
import { SetSessions } from '../src/parts/sessions.js';
import { NullConditions } from '../src/vision/null-conditions.js';
import {
  type ConvertedSet,
  convertTinySet,
  PUBLISHED,
  START_TOKEN,
  TINY_IMAGE,
  TINY_TEXT,
} from './tiny-clip.js';
import { writeTinySet } from './tiny-set.js';
import { TINY } from './tiny-sizes.js';

const { endToken, maxLength, width } = TINY_TEXT;
const PROMPT = 'A chest X ray image with edema';
const findings = { Edema: 'positive' } as const;

/** A picture that is wider than high, white at its left. */
const wide: GrayImage = {
  ...{ width: 40, height: 20 },
  data: Uint8Array.from({ length: 800 }, (_, i) => (i % 40 < 8 ? 255 : i % 7)),
};

let root: string;
let set: ConvertedSet;
let runtime: OnnxRuntime;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-irgen-published-'));
  set = await convertTinySet(root);
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
}, 60_000);
afterAll(async () => {
  await runtime.dispose();
  await rm(root, { recursive: true });
});

/** What CLIP's text tower makes of ids, run alone. */
async function textOf(
  ids: readonly number[],
): Promise<Readonly<Record<'states' | 'vector', number[]>>> {
  const { bytes } = serializeGraph(clipTextGraph(TINY_TEXT), { weights: PUBLISHED.text });
  await using session = await runtime.load(bytes);
  const outputs = await session.run({ input_ids: int64(ids, [1, ids.length]) });
  const list = ({ data }: Tensor): number[] => [...(data as Float32Array)];
  return { states: list(outputs.last_hidden_state), vector: list(outputs.pooler_output) };
}

const ends = (count: number): number[] => new Array<number>(count).fill(endToken);

async function openEncoders(vision: 'sd-unet' | 'u-vit') {
  const parts = await openSet({ ...set, vision }, {});
  return await ConditionEncoders.open(parts, new SetSessions(parts, runtime));
}

describe('conditions of a converted set are the published ones', () => {
  it('UNet: token states at the length of the prompt itself', async () => {
    const encoders = await openEncoders('sd-unet');
    const count = encoders.checkPrompt(PROMPT);
    const { tokens } = await encoders.encodePrompt(PROMPT);
    expect(tokens).toHaveLength(count * width);
    expect(count).toBeLessThan(maxLength - 1);
  });

  it('U-ViT: the state at the first end token', async () => {
    const encoders = await openEncoders('u-vit');
    const { tokens } = await encoders.encodePrompt('i');
    const letter = 'i'.charCodeAt(0) - 33 + 256;
    expect([...tokens]).toEqual((await textOf([START_TOKEN, letter, endToken])).vector);
  });

  it('reference: the pooled, unprojected state of the whole picture, stretched', async () => {
    const encoders = await openEncoders('u-vit');
    const half = [0.5, 0.5, 0.5];
    const preprocessing = { side: 16, mean: half, deviation: half };
    const pixel_values = pictureTensor(wide, { ...preprocessing, fit: 'stretch' });
    const { bytes } = serializeGraph(clipVisionGraph(TINY_IMAGE), { weights: PUBLISHED.image });
    await using session = await runtime.load(bytes);
    const { pooler_output } = await session.run({ pixel_values });
    expect(await encoders.encodePicture(wide)).toEqual(pooler_output.data);
    // White is a fifth of the picture: of 16 columns the first three, and the crop has none of it.
    const rows = pixel_values.data.subarray(0, 16);
    expect([rows[0], rows[1]]).toEqual([1, 1]);
    expect(rows[2]).toBeGreaterThan(0.9);
    expect(Math.max(...rows.subarray(4))).toBeLessThan(-0.9);
    const cover = pictureTensor(wide, { ...preprocessing, fit: 'cover' });
    expect(Math.max(...cover.data)).toBeLessThan(-0.9);
  });

  it('no condition, UNet: a padding token stands where the reference would', async () => {
    const encoders = await openEncoders('sd-unet');
    const nulls = new NullConditions(encoders);
    const prompt = new Float32Array(7 * width);
    const { states } = await textOf([START_TOKEN, ...ends(7)]);
    const { tokens, reference } = await nulls.get('published', prompt, undefined);
    expect([...tokens, ...(reference ?? [])]).toEqual(states);
    const empty = await nulls.get('empty', prompt, undefined);
    expect(empty.reference).toBeUndefined();
    expect([...empty.tokens]).toEqual((await textOf([START_TOKEN, ...ends(6)])).states);
    const longest = new Float32Array(maxLength * width);
    await expect(nulls.get('published', longest, undefined)).rejects.toThrow(
      `at most ${maxLength - 1} tokens`,
    );
  });

  it('no condition, U-ViT: end tokens alone, not halved', async () => {
    const encoders = await openEncoders('u-vit');
    const nulls = new NullConditions(encoders);
    const prompt = new Float32Array(width);
    const { tokens, reference } = await nulls.get('published', prompt, undefined);
    expect([...tokens]).toEqual((await textOf(ends(maxLength))).vector);
    // The denoiser takes the mean of both.
    expect(reference).toEqual(tokens);
    const empty = await nulls.get('empty', prompt, undefined);
    expect(empty.reference).toBeUndefined();
    expect([...empty.tokens]).toEqual((await textOf([START_TOKEN, endToken])).vector);
  });
});

describe('images of a converted set', () => {
  it.each(['sd-unet', 'u-vit'] as const)('%s: faithful or not', async (vision) => {
    await using irgen = await loadCxrIrgen({ ...set, vision, runtime });
    const reference = { image: wide };
    const make = async (options: object) => {
      const image = await irgen.generateImage({ findings, reference, steps: 3, ...options });
      return image.latents.data;
    };
    const faithful = await make({ preset: 'faithful' });
    expect(await make({ preset: 'faithful', nullCondition: 'published' })).toEqual(faithful);
    expect(await make({ preset: 'faithful', nullCondition: 'empty' })).not.toEqual(faithful);
    const own = await make({});
    expect(await make({ nullCondition: 'empty', guidance: 7.5 })).toEqual(own);
    expect(await make({ nullCondition: 'published' })).not.toEqual(own);
  });

  it('come with reports, and alike in any batch', async () => {
    await using irgen = await loadCxrIrgen({ ...set, runtime });
    const options = { findings, steps: 2, preset: 'faithful', seed: 3 } as const;
    const seen: Float32Array[] = [];
    for await (const { latents } of irgen.generateImages({ ...options, count: 3, batchSize: 2 }))
      seen.push(latents.data);
    const alone = await irgen.generateImage({ ...options, seed: 5 });
    expect(seen[2]).toEqual(alone.latents.data);
    const pair = await irgen.generatePair({ findings, steps: 1 });
    expect(pair.report).not.toBeNull();
    expect(pair.image.width).toBe(TINY.side);
  });

  it('refuse prompts that leave no place for the reference', async () => {
    await using irgen = await loadCxrIrgen({ ...set, vision: 'sd-unet', runtime });
    const prompt = '1'.repeat(maxLength - 2);
    await expect(irgen.generateImage({ prompt, steps: 1 })).rejects.toThrow(
      `at most ${maxLength - 1} tokens`,
    );
    const { warnings } = await irgen.generateImage({
      ...{ prompt, steps: 1, truncate: true, preset: 'faithful' },
    });
    expect(warnings.map(({ code }) => code)).toEqual(['prompt-truncated']);
  });

  it('have the published null of no other encoders', async () => {
    const own = await writeTinySet(join(root, 'own'));
    await using irgen = await loadCxrIrgen({ ...own, runtime });
    await expect(
      irgen.generateImage({ findings, steps: 1, nullCondition: 'published' }),
    ).rejects.toThrow('as only the encoders of Stable Diffusion make');
    const faithful = { findings, steps: 1, preset: 'faithful' } as const;
    const { latents } = await irgen.generateImage(faithful);
    expect((await irgen.generateImage({ ...faithful, nullCondition: 'empty' })).latents).toEqual(
      latents,
    );
    expect(latents.data.every((value) => Number.isFinite(value))).toBe(true);
  });
});
