import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRandom } from '@cxrkit/core';
import { encodePng } from '@cxrkit/core/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvalJson, golden, npyBytes, TestFolder } from './eval-files.js';
import { callCxr } from './run-cxr.js';
import { writeTinyModels } from './tiny-models.js';

type Rows = readonly (readonly number[])[];

interface ImagesGolden {
  readonly fid: readonly {
    readonly name: string;
    readonly x: Rows;
    readonly y: Rows;
    readonly fid_reference_nuclear_norm: number;
  }[];
  readonly prdc: {
    readonly real: Rows;
    readonly fake: Rows;
    readonly results: readonly (Readonly<Record<string, number>> & { readonly k: number })[];
  };
  readonly images: Readonly<
    Record<string, { readonly h: number; readonly w: number; readonly u8_base64: string }>
  >;
  readonly ssim_pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly psnr: number;
    readonly ssim_valid11_float64_window: number;
    readonly ms_ssim_float64_window: number | null;
  }[];
}

const { fid, prdc, images, ssim_pairs: pairs } = golden<ImagesGolden>('img');

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(() => folder.remove());

async function evaluate(...words: readonly string[]): Promise<EvalJson> {
  const { code, stdout, stderr } = await callCxr(['eval', 'images', ...words, '--json', '-q']);
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout) as EvalJson;
}

describe('cxr eval images', () => {
  it.each(fid.slice(0, 3))(
    'has the exact FID of features: $name',
    async ({ x, y, ...expected }) => {
      const real = await folder.write('real.npy', npyBytes(x));
      const made = await folder.write('made.npy', npyBytes(y, { fortran: true }));
      const { metrics } = await evaluate(real, made);
      const exact = expected.fid_reference_nuclear_norm;
      expect(Math.abs((metrics.fid.value ?? 0) / exact - 1)).toBeLessThan(1e-9);
      expect(metrics.fid.signature).toContain(`real:${x.length}|generated:${y.length}`);
    },
  );

  it('has precision, recall, density and coverage of prdc, and finds copies', async () => {
    const real = await folder.write('real.npy', npyBytes(prdc.real));
    const made = await folder.write('made.npy', npyBytes(prdc.fake));
    for (const { k, ...expected } of prdc.results) {
      const { metrics } = await evaluate(real, made, '--k', String(k));
      for (const name of ['precision', 'recall', 'density', 'coverage'])
        expect(metrics[name].value).toBe(expected[name]);
    }
    const copied = await folder.write('copied.npy', npyBytes(prdc.real.slice(0, 10)));
    const { metrics } = await evaluate(real, copied, '--validation', made);
    expect(metrics.copyRate.value).toBe(1);
  });

  it('reads float32, and gives null with a reason for too few pictures', async () => {
    const one = await folder.write('one.npy', npyBytes([[1, 2]], { type: '<f4' }));
    const { metrics } = await evaluate(one, one);
    for (const name of ['fid', 'kid', 'precision'])
      expect(metrics[name]).toMatchObject({
        value: null,
        reason: expect.stringMatching(/two|2|6/),
      });
  });

  it('encodes the pictures of folders', async () => {
    await writeTinyModels(folder.at('models'));
    const random = createRandom(1);
    for (const [side, level] of [
      ['real', 60],
      ['made', 160],
    ] as const) {
      await mkdir(folder.at(side), { recursive: true });
      for (let i = 0; i < 8; i++) {
        const data = Uint8Array.from({ length: 48 * 40 }, () => level + random.integer(60));
        const png = await encodePng({ width: 48, height: 40, data });
        await writeFile(folder.at(`${side}/${i}.png`), png);
      }
    }
    const words = ['--models', folder.at('models'), '--device', 'cpu', '--threads', '1'];
    const { metrics } = await evaluate(folder.at('real'), folder.at('made'), ...words);
    expect(metrics.fid.value).toBeGreaterThan(0);
    expect(metrics.fid.signature).toContain('features:tiny-clip@0.0.1/pooled');
    expect(metrics.precision.value).toBeLessThanOrEqual(1);

    await copyFile(folder.at('real/3.png'), folder.at('made/copied&3.png'));
    const html = folder.at('images.html');
    const sides = [folder.at('real'), folder.at('made'), '--validation', folder.at('made')];
    await evaluate(...sides, ...words, '--html', html);
    const page = await readFile(html, 'utf8');
    expect(page).toContain('8 real &middot; 9 generated &middot; 17 scored');
    expect(page).toContain('<figcaption>copied&amp;3.png, 3.png: distance 0.0000</figcaption>');
    expect(page.match(/href="data:image\/webp;base64,/g)).toHaveLength(2);
    await rm(folder.at('made/copied&3.png'));

    await writeFile(folder.at('made/broken.png'), 'no picture');
    const broken = ['eval', 'images', folder.at('real'), folder.at('made'), ...words];
    const stopped = await callCxr(broken);
    expect([stopped.code, stopped.stderr]).toEqual([2, expect.stringContaining('broken.png')]);
    const skipped = await callCxr([...broken, '--skip-invalid']);
    expect([skipped.code, skipped.stderr]).toEqual([0, expect.stringContaining('Skipped 1')]);
  }, 60_000);

  it('compares pictures of the same names', async () => {
    const same = pairs.filter(({ a, b }) => images[a].w === 192 && images[b].w === 192);
    const { a, b, ...expected } = same[0];
    for (const [side, name] of [
      ['originals', a],
      ['reconstructions', b],
    ]) {
      const { h: height, w: width, u8_base64: text } = images[name];
      const data = new Uint8Array(Buffer.from(text, 'base64'));
      await folder.write(`${side}/x.png`, await encodePng({ width, height, data }));
    }
    const words = [folder.at('originals'), folder.at('reconstructions'), '--paired'];
    const { metrics } = await evaluate(...words);
    expect(metrics.ssim.value).toBeCloseTo(expected.ssim_valid11_float64_window, 12);
    expect(metrics.msSsim.value).toBeCloseTo(expected.ms_ssim_float64_window ?? 0, 12);
    expect(metrics.psnr.value).toBeCloseTo(expected.psnr, 12);
    const extra = await encodePng({ width: 1, height: 1, data: new Uint8Array(1) });
    await folder.write('reconstructions/extra.png', extra);
    const { code, stderr } = await callCxr(['eval', 'images', ...words]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/a picture of this name.*extra/)]);
  });

  it.each([
    ['another file', Buffer.from('{"a": 1}\n\n\n'), /a \.npy file.*another format/],
    ['whole numbers', npyBytes([[1]], { type: '<i4' }), /float32 or float64.*"<i4"/],
    ['a cut file', npyBytes([[1, 2]]).slice(0, -8), /1 x 2 numbers.*8 bytes/],
    ['NaN', npyBytes([[1, Number.NaN]]), /finite numbers for row 1 of .*got NaN/],
  ])('refuses %s', async (_what, bytes, message) => {
    const bad = await folder.write('bad.npy', bytes);
    const good = await folder.write('good.npy', npyBytes([[1, 2]]));
    const { code, stderr } = await callCxr(['eval', 'images', good, bad]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('refuses features of two lengths, and a folder with a file', async () => {
    const [two, three] = [
      await folder.write('two.npy', npyBytes([[1, 2]])),
      await folder.write('three.npy', npyBytes([[1, 2, 3]])),
    ];
    const lengths = await callCxr(['eval', 'images', two, three]);
    expect([lengths.code, lengths.stderr]).toEqual([2, expect.stringContaining('same length')]);
    const mixed = await callCxr(['eval', 'images', two, folder.path]);
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('two folders or two')]);
  });
});
