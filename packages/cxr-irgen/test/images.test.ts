import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, InvalidInputError, type ProgressEvent } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { openModelFolder } from '@cxrkit/core/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type CxrIrgen,
  type DenoiserName,
  type GeneratedImage,
  type GenerateImagesOptions,
  loadCxrIrgen,
  parseFindings,
  pictureId,
  referenceTable,
  SAMPLERS,
} from '../src/index.js';
import { type TinySet, writeTinySet, writeTinyVision } from './tiny-set.js';
import { TINY, TINY_UNET } from './tiny-sizes.js';

const findings = parseFindings('Cardiomegaly,-Pneumothorax,?Pneumonia');

/** A picture whose grey levels are spread as in an X-ray. */
function picture(seed: number, side = 40): GrayImage {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: side * side }, () => random.integer(200));
  return { width: side, height: side, data };
}

let root: string;
let set: TinySet;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-irgen-images-'));
  set = await writeTinySet(root);
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

async function collect(irgen: CxrIrgen, options: GenerateImagesOptions): Promise<GeneratedImage[]> {
  const images: GeneratedImage[] = [];
  for await (const image of irgen.generateImages({ findings, steps: 3, ...options }))
    images.push(image);
  return images;
}

function worst(a: GrayImage, b: GrayImage): number {
  return a.data.reduce((most, level, i) => Math.max(most, Math.abs(level - b.data[i])), 0);
}

describe.each<DenoiserName>(['u-vit', 'sd-unet'])('images by %s', (vision) => {
  let irgen: CxrIrgen;
  beforeAll(async () => {
    irgen = await loadCxrIrgen({ ...set, vision, device: 'cpu', threads: 1 });
  });
  afterAll(() => irgen.dispose());

  const one = (options: Partial<GenerateImagesOptions> = {}) =>
    irgen.generateImage({ findings, steps: 3, ...options });

  it('are the same with weights kept as stored', async () => {
    await using stored = await loadCxrIrgen({
      ...{ ...set, vision, device: 'cpu', threads: 1 },
      weights: 'as-stored',
    });
    const made = await stored.generateImage({ findings, steps: 3, seed: 5 });
    expect(worst(made.image, (await one({ seed: 5 })).image)).toBeLessThanOrEqual(1);
  });

  it('are square and grey, with seed, prompt and findings', async () => {
    const made = await one({ seed: 5 });
    expect([made.image.width, made.image.height]).toEqual([TINY.side, TINY.side]);
    expect(made.image.data).toHaveLength(TINY.side ** 2);
    expect(new Set(made.image.data).size).toBeGreaterThan(10);
    expect(made).toMatchObject({ seed: 5, findings, referenceId: null, warnings: [] });
    expect(made.prompt).toBe(
      'A chest X ray image with cardiomegaly, without pneumothorax, and with uncertain pneumonia',
    );
  });

  it.each(SAMPLERS)('are the same alone and in a row: %s', async (sampler) => {
    const row = await collect(irgen, { sampler, count: 3, seed: 7 });
    expect(row.map(({ seed }) => seed)).toEqual([7, 8, 9]);
    const alone = await one({ sampler, seed: 8 });
    expect(alone.image.data).toEqual(row[1].image.data);
    expect(row[0].image.data).not.toEqual(row[1].image.data);
  });

  it('are the same in a batch, up to the last bits', async () => {
    const alone = await collect(irgen, { count: 3, sampler: 'euler-ancestral' });
    const batch = await collect(irgen, { count: 3, sampler: 'euler-ancestral', batchSize: 2 });
    for (const [i, { image }] of batch.entries())
      expect(worst(image, alone[i].image)).toBeLessThanOrEqual(1);
  });

  it('follow what is asked: findings, prompt, guidance, reference', async () => {
    const plain = await one();
    const others: Partial<GenerateImagesOptions>[] = [
      { findings: parseFindings('Edema') },
      { findings: undefined, prompt: 'a heart' },
      { guidance: 1 },
      { guidance: 0 },
      { steps: 4 },
      { reference: { image: picture(1) } },
    ];
    for (const other of others) {
      const { latents } = await one(other);
      expect(latents.data, JSON.stringify(other)).not.toEqual(plain.latents.data);
    }
    const reference = { image: picture(1) };
    const unguided = await one({ guidance: 0, reference, begin: 'noise' });
    expect(unguided.latents.data).toEqual((await one({ guidance: 0 })).latents.data);
  });

  it('begin in noise with a trace of the reference, alone as in a batch', async () => {
    const reference = { image: picture(1) };
    const begun = await one({ reference, seed: 5 });
    const noise = await one({ reference, seed: 5, begin: 'noise' });
    expect(begun.latents.data).not.toEqual(noise.latents.data);
    // The same as to start from the picture with nothing of it kept.
    const started = await one({ reference, seed: 5, from: { image: picture(1), strength: 1 } });
    expect(begun.latents.data).toEqual(started.latents.data);
    const [, second] = await collect(irgen, { reference, seed: 4, count: 2, batchSize: 2 });
    expect(worst(second.image, begun.image)).toBeLessThanOrEqual(1);
    // The set knows no typical picture.
    expect((await one({ begin: 'trace' })).latents.data).toEqual(
      (await one({ begin: 'noise' })).latents.data,
    );
    const faithful = await one({ reference, seed: 5, preset: 'faithful', steps: 3 });
    const same = { sampler: 'plms', guidance: 7.5, begin: 'noise', steps: 3 } as const;
    expect((await one({ reference, seed: 5, ...same })).latents.data).toEqual(
      faithful.latents.data,
    );
  });

  it('start from a picture, and keep what the mask covers', async () => {
    const from = { image: picture(3, 48), strength: 0.34 };
    const near = await one({ from, seed: 2 });
    const far = await one({ from: { ...from, strength: 1 }, seed: 2 });
    expect(near.latents.data).not.toEqual(far.latents.data);
    const { side } = TINY;
    // White, which is made anew, on the right half.
    const data = Uint8Array.from({ length: side * side }, (_, i) =>
      i % side < side / 2 ? 0 : 255,
    );
    const mask = { width: side, height: side, data };
    const source = await irgen.encodeLatents(from.image);
    const inpainted = await one({
      from: { image: from.image },
      mask,
      sampler: 'dpm-solver++',
      karras: true,
    });
    const cells = TINY.latentSide;
    const change = (column: number): number =>
      inpainted.latents.data.reduce(
        (most, value, i) =>
          i % cells === column ? Math.max(most, Math.abs(value - source.data[i])) : most,
        0,
      );
    expect(change(0)).toBeLessThan(1e-5);
    expect(change(cells - 1)).toBeGreaterThan(0.05);
  });
});

it('begins with a trace of the typical picture where there is no reference', async () => {
  const model = join(root, 'typical');
  await cp(set.model, model, { recursive: true });
  const side = TINY.latentSide;
  const dims = [TINY.latentChannels, side, side];
  const typicalLatents = float32(new Float32Array(TINY.latentChannels * side ** 2).fill(3), dims);
  const [encoders, vae] = [
    await openModelFolder(set.encoders),
    await openModelFolder(join(model, 'vae')),
  ];
  await writeTinyVision(join(model, 'vision-sd-unet'), TINY_UNET, {
    encoders,
    vae,
    typicalLatents,
  });
  await using irgen = await loadCxrIrgen({ ...set, model, device: 'cpu', threads: 1 });
  const make = (options: Partial<GenerateImagesOptions>) =>
    irgen.generateImage({ findings, steps: 3, seed: 5, ...options });
  const [trace, noise] = [await make({}), await make({ begin: 'noise' })];
  expect(trace.latents.data).not.toEqual(noise.latents.data);
  // What the set without it makes.
  await using plain = await loadCxrIrgen({ ...set, device: 'cpu', threads: 1 });
  const known = await plain.generateImage({ findings, steps: 3, seed: 5 });
  expect(noise.latents.data).toEqual(known.latents.data);
  // A reference takes its place.
  const reference = { image: picture(1) };
  const referred = await plain.generateImage({ findings, steps: 3, seed: 5, reference });
  expect((await make({ reference })).latents.data).toEqual(referred.latents.data);
}, 60_000);

describe('generateImages', () => {
  let irgen: CxrIrgen;
  beforeAll(async () => {
    irgen = await loadCxrIrgen({ ...set, device: 'cpu', threads: 1 });
  });
  afterAll(() => irgen.dispose());

  it('is faithful by a preset: PLMS, 50 steps, 51 evaluations', async () => {
    const onStep = vi.fn();
    const made = await irgen.generateImage({ findings, preset: 'faithful', onStep });
    expect(onStep).toHaveBeenCalledTimes(51);
    const spelt = { findings, sampler: 'plms', steps: 50, guidance: 7.5 } as const;
    expect((await irgen.generateImage(spelt)).latents.data).toEqual(made.latents.data);
  });

  it('tells its steps, with previews that lead to the image', async () => {
    const events: ProgressEvent[] = [];
    const previews: GrayImage[] = [];
    const [last] = (
      await collect(irgen, {
        ...{ count: 2, seed: 1, sampler: 'ddim' },
        onProgress: (event) => events.push(event),
        onStep: async ({ preview }) => void previews.push(...(await preview())),
      })
    ).slice(-1);
    expect(events.map(({ completed, total }) => [completed, total])).toEqual(
      [1, 2, 3, 4, 5, 6].map((completed) => [completed, 6]),
    );
    expect(previews).toHaveLength(6);
    // DDIM ends at the level of timestep 0, nearly the estimate.
    const end = previews[5];
    expect(worst(end, last.image)).toBeLessThan(worst(previews[3], last.image) + 1);
    expect(worst(end, last.image)).toBeLessThan(12);
  });

  it('takes references from a table by the published rule or at random, never the row itself', async () => {
    const read = vi.fn(async () => picture(9));
    const table = referenceTable(
      ['a', 'b', 'c']
        .map((id) => ({ id, findings, read }))
        .concat({
          ...{ id: 'd', findings: parseFindings('Edema'), read },
        }),
    );
    const first = await collect(irgen, { count: 4, reference: { table } });
    expect(first.map(({ referenceId }) => referenceId)).toEqual(['a', 'a', 'a', 'a']);
    expect(read).toHaveBeenCalledTimes(1);
    const random = { table, pick: 'random', exclude: 'b' } as const;
    const drawn = await collect(irgen, { count: 12, steps: 1, reference: random });
    expect(new Set(drawn.map(({ referenceId }) => referenceId))).toEqual(new Set(['a', 'c']));
    const again = await irgen.generateImage({ findings, steps: 1, seed: 5, reference: random });
    expect(again.referenceId).toBe(drawn[5].referenceId);
    const unknown = { findings: parseFindings('Fracture'), steps: 1 };
    const none = await irgen.generateImage({ ...unknown, reference: { table } });
    expect(none.referenceId).toBeNull();
    expect(none.warnings.map(({ code }) => code)).toEqual(['no-reference']);
    const free = irgen.generateImage({ prompt: 'x', reference: { table } });
    await expect(free).rejects.toThrow('a free prompt has no labels');
  });

  it('is read once for two calls, of which one may give up', async () => {
    let reads = 0;
    const controller = new AbortController();
    const read = async () => {
      reads++;
      controller.abort(new Error('enough'));
      return picture(1);
    };
    const table = referenceTable([{ id: 'shared', findings, read }]);
    const reference = { table };
    const given = irgen.generateImage({
      ...{ findings, steps: 1, reference, signal: controller.signal },
    });
    const other = irgen.generateImage({ findings, steps: 1, reference });
    await expect(given).rejects.toThrow('enough');
    expect((await other).referenceId).toBe('shared');
    expect(reads).toBe(1);
  });

  it('is read in its turn where it only says how', async () => {
    const seen = picture(2);
    const read = vi.fn(async () => seen);
    const reference = { id: 'later', digest: pictureId(seen), read };
    const images = await collect(irgen, { count: 2, steps: 1, reference });
    expect(read).toHaveBeenCalledTimes(1);
    const given = { image: seen, id: 'later' };
    expect(images).toEqual(await collect(irgen, { count: 2, steps: 1, reference: given }));
  });

  it('warns of a reference that is no X-ray, and makes the image', async () => {
    const blank = { width: 64, height: 64, data: new Uint8Array(64 * 64).fill(200) };
    const { warnings, referenceId } = await irgen.generateImage({
      ...{ findings, steps: 1, reference: { image: blank, id: 'my.png' } },
    });
    expect(referenceId).toBe('my.png');
    expect(warnings).toEqual([
      {
        code: 'reference-not-xray',
        message: expect.stringContaining(
          'my.png does not look like a chest X-ray. The picture is nearly uniform',
        ),
      },
    ]);
  });

  it('does not fail for a prompt that another call gave up', async () => {
    const controller = new AbortController();
    const prompt = 'a prompt of two calls';
    const given = irgen.generateImage({ prompt, steps: 1, signal: controller.signal });
    const other = irgen.generateImage({ prompt, steps: 1 });
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    expect((await other).prompt).toBe(prompt);
  });

  it('refuses a prompt that is too long, or cuts it with a warning', async () => {
    const prompt = 'opacity '.repeat(80);
    const refused = irgen.generateImage({ prompt, steps: 1 });
    await expect(refused).rejects.toThrow(/at most 64 tokens.*got "\d+ tokens"/);
    const cut = await irgen.generateImage({ prompt, steps: 1, truncate: true });
    expect(cut.prompt).toBe(prompt);
    expect(cut.warnings[0].message).toMatch(/has \d+ tokens; only the first 64 were read/);
  });

  it.each<[string, GenerateImagesOptions, RegExp]>([
    [
      'a mask of other proportions',
      {
        findings,
        from: { image: picture(1, 40) },
        mask: { ...picture(2, 40), width: 80, height: 20 },
      },
      /proportions of the picture to start from \(40 x 40\) for mask, got "80 x 20"/,
    ],
    ['no subject', {}, /either findings or a prompt.*neither/],
    ['two subjects', { findings, prompt: 'x' }, /either findings or a prompt.*both/],
    ['an unknown finding', { findings: { Flu: 'positive' } as never }, /names among .*"Flu"/],
    ['an unknown state', { findings: { Edema: 1 } as never }, /findings\["Edema"\].*got 1/],
    ['count 0', { findings, count: 0 }, /1 or more for count, got 0/],
    ['count 1.5', { findings, count: 1.5 }, /for count, got 1.5/],
    ['a negative seed', { findings, seed: -1 }, /for seed, got -1/],
    ['a seed too large', { findings, seed: 2 ** 32 - 1, count: 2 }, /for seed/],
    ['no steps', { findings, steps: 0 }, /1 to 999 for steps, got 0/],
    ['too many steps', { findings, steps: 1000 }, /1 to 999 for steps, got 1000/],
    ['steps NaN', { findings, steps: Number.NaN }, /for steps, got NaN/],
    ['guidance', { findings, guidance: -0.1 }, /0 to 50 for guidance, got -0.1/],
    ['guidance', { findings, guidance: 51 }, /0 to 50 for guidance, got 51/],
    ['a sampler', { findings, sampler: 'heun' as never }, /one of plms, ddim.*"heun"/],
    ['a preset', { findings, preset: 'sane' as never }, /'faithful' for preset/],
    ['eta elsewhere', { findings, eta: 1 }, /ddim only for eta/],
    ['eta', { findings, sampler: 'ddim', eta: 2 }, /0 to 1 for eta, got 2/],
    [
      'a beginning we do not know',
      { findings, begin: 'picture' as 'noise' },
      /trace or noise for begin/,
    ],
    [
      'karras elsewhere',
      { findings, sampler: 'plms', karras: true },
      /dpm-solver\+\+ only for karras/,
    ],
    ['a batch size', { findings, batchSize: 0 }, /for batchSize, got 0/],
    [
      'strength 0',
      { findings, from: { image: picture(1), strength: 0 } },
      /for from.strength, got 0/,
    ],
    ['a mask alone', { findings, mask: picture(1) }, /start from with it \(from\) for mask/],
  ])('refuses %s before anything is computed', async (_what, options, message) => {
    const onStep = vi.fn();
    const images = irgen.generateImages({ ...options, onStep });
    const refused = images.next();
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(InvalidInputError);
    expect(onStep).not.toHaveBeenCalled();
  });

  it('stops between steps and between images', async () => {
    await expect(
      irgen.generateImage({ findings, signal: AbortSignal.abort(new Error('early')) }),
    ).rejects.toThrow('early');
    const controller = new AbortController();
    const { signal } = controller;
    const onStep = vi.fn(({ completed }: { completed: number }) => {
      if (completed === 2) controller.abort(new Error('midway'));
    });
    const stopped = irgen.generateImage({ findings, signal, onStep });
    await expect(stopped).rejects.toThrow('midway');
    expect(onStep).toHaveBeenCalledTimes(2);
    const later = new AbortController();
    const images = irgen.generateImages({ findings, steps: 2, count: 3, signal: later.signal });
    expect((await images.next()).value?.seed).toBe(0);
    later.abort(new Error('between'));
    await expect(images.next()).rejects.toThrow('between');
    // The set still works.
    expect((await irgen.generateImage({ findings, steps: 1 })).seed).toBe(0);
  });
});
