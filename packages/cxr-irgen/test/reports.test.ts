import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, float32, InvalidInputError } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { openModelFolder } from '@cxrkit/core/model';
import { type OnnxRuntime, openRuntime } from '@cxrkit/core/onnx';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type CxrIrgen,
  type FindingStates,
  type GeneratedPair,
  type GeneratePairsOptions,
  loadCxrIrgen,
  parseFindings,
  type WriteReportOptions,
  type WrittenReport,
} from '../src/index.js';
import { type TinySet, writeTinyPrior, writeTinySet } from './tiny-set.js';
import { TINY, TINY_BART, TINY_PRIOR } from './tiny-sizes.js';

const findings = parseFindings('Cardiomegaly,-Pneumothorax');

let root: string;
let runtime: OnnxRuntime;
let set: TinySet;
let irgen: CxrIrgen;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cxr-irgen-reports-'));
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  set = await writeTinySet(root);
  irgen = await loadCxrIrgen({ ...set, runtime });
}, 60_000);
afterAll(async () => {
  await runtime.dispose();
  await rm(root, { recursive: true });
});

function picture(seed: number): GrayImage {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: 50 * 60 }, () => random.integer(256));
  return { width: 50, height: 60, data };
}

describe('writeReport', () => {
  it('reads a picture and its latents alike, with beam search by default', async () => {
    const image = picture(1);
    const written = await irgen.writeReport(image);
    const latents = await irgen.encodeLatents(image);
    expect(await irgen.writeReport(latents, { decoding: 'beam', beams: 4 })).toEqual(written);
    expect(written.report).not.toBe('');
    const others = [1, 2, 3, 4, 5].map((seed) => irgen.writeReport(picture(seed)));
    expect(new Set((await Promise.all(others)).map(({ score }) => score)).size).toBe(5);
  });

  it('draws by its seed', async () => {
    const draw = (seed: number) =>
      irgen.writeReport(picture(1), { decoding: 'sample', topP: 1, seed });
    expect(await draw(1)).toEqual(await draw(1));
    expect((await draw(1)).report).not.toBe((await draw(2)).report);
    const greedy = await irgen.writeReport(picture(1), { decoding: 'greedy' });
    expect(await irgen.writeReport(picture(1), { decoding: 'greedy', seed: 9 })).toEqual(greedy);
  });

  it('says when a report was cut at the longest length, or is empty', async () => {
    const all: WrittenReport[] = [];
    for (let seed = 0; seed < 12; seed++)
      all.push(await irgen.writeReport(picture(1), { decoding: 'sample', topP: 1, seed }));
    for (const { report, finished, warnings } of all)
      expect(warnings.map(({ code }) => code)).toEqual([
        ...(finished ? [] : ['text-cut']),
        ...(report === '' ? ['empty-text'] : []),
      ]);
    expect(new Set(all.map(({ finished }) => finished)).size).toBe(2);
  });

  it('draws as many tokens as there are places by the preset faithful, from a sample of the posterior', async () => {
    // The encoder is loaded.
    await irgen.encodeLatents(picture(1));
    const onProgress = vi.fn();
    const before = await runtime.statistics();
    const first = await irgen.writeReport(picture(1), { preset: 'faithful', seed: 3, onProgress });
    const { runs } = await runtime.statistics();
    // Encoder, prior and memory, then a step a token: none ends the text.
    expect(runs - before.runs).toBe(3 + TINY_BART.maxLength);
    expect(onProgress).toHaveBeenCalledTimes(TINY_BART.maxLength);
    const again = { preset: 'faithful', seed: 3 } as const;
    expect(await irgen.writeReport(picture(1), again)).toEqual(first);
    const mean = await irgen.encodeLatents(picture(1));
    const drawn = await irgen.encodeLatents(picture(1), { posteriorSeed: 3 });
    expect(drawn.data).not.toEqual(mean.data);
    expect(await irgen.writeReport(drawn, again)).toEqual(first);
    expect(await irgen.writeReport(mean, again)).not.toEqual(first);
  });

  it.each<[string, WriteReportOptions]>([
    ['beam, greedy or sample for decoding', { decoding: 'best' as never }],
    ['sample, as the preset faithful draws', { preset: 'faithful', decoding: 'beam' }],
    ["'faithful' for preset", { preset: 'sane' as never }],
    ['for topP, got 0', { topP: 0 }],
    ['for topP, got 1.5', { topP: 1.5 }],
    ['for temperature, got 0', { temperature: 0 }],
    ['for beams, got 0', { beams: 0 }],
    ['for seed, got -1', { seed: -1 }],
  ])('refuses options: %s', async (message, options) => {
    const refused = irgen.writeReport(picture(1), options);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(InvalidInputError);
  });

  it('refuses latents of another shape', async () => {
    const latents = float32(new Float32Array(16), [1, 1, 4, 4]);
    const expected = `dims [1,4,${TINY.latentSide},${TINY.latentSide}]`;
    await expect(irgen.writeReport(latents)).rejects.toThrow(expected);
    await expect(irgen.decodeLatents(latents)).rejects.toThrow(expected);
  });

  it('stops between tokens', async () => {
    const controller = new AbortController();
    const onProgress = vi.fn(({ completed }: { completed: number }) => {
      if (completed === 2) controller.abort(new Error('enough'));
    });
    const options = { signal: controller.signal, onProgress, preset: 'faithful' } as const;
    await expect(irgen.writeReport(picture(1), options)).rejects.toThrow('enough');
    expect(onProgress).toHaveBeenCalledTimes(2);
  });
});

describe('generatePairs', () => {
  async function collect(options: GeneratePairsOptions): Promise<GeneratedPair[]> {
    const pairs: GeneratedPair[] = [];
    for await (const pair of irgen.generatePairs({ findings, steps: 2, ...options }))
      pairs.push(pair);
    return pairs;
  }

  it('gives image and report with what made them, the same alone', async () => {
    const pairs = await collect({ count: 3, seed: 4 });
    expect(pairs.map(({ seed }) => seed)).toEqual([4, 5, 6]);
    const alone = await irgen.generatePair({ findings, steps: 2, seed: 5 });
    expect(alone).toEqual(pairs[1]);
    expect(Object.keys(alone).sort()).toEqual([
      'agreement',
      'findings',
      'image',
      'latents',
      'prompt',
      'referenceId',
      'report',
      'seed',
      'warnings',
    ]);
    expect(alone.report).toBe((await irgen.writeReport(alone.latents)).report);
    expect(alone.agreement).toBeNull();
  });

  it('lets the published reader see the finished picture', async () => {
    const report = { preset: 'faithful' } as const;
    const pair = await irgen.generatePair({ findings, steps: 2, seed: 5, report });
    const written = await irgen.writeReport(pair.image, { ...report, seed: 5 });
    expect(pair.report).toBe(written.report);
  });

  it('writes as published where the image is made so, unless reports are said to be others', async () => {
    const preset = 'faithful' as const;
    const pair = await irgen.generatePair({ findings, steps: 2, seed: 5, preset });
    const faithful = await irgen.writeReport(pair.image, { preset, seed: 5 });
    expect(pair.report).toBe(faithful.report);
    const ours = await irgen.generatePair({ findings, steps: 2, seed: 5, preset, report: {} });
    expect(ours.report).toBe((await irgen.writeReport(ours.latents, { seed: 5 })).report);
  });

  it('keeps what agrees enough', async () => {
    const seen: number[] = [];
    const classifier = async ({ data }: GrayImage) => {
      const Cardiomegaly = data[0] / 255;
      seen.push(Cardiomegaly);
      return { Cardiomegaly };
    };
    const all = await collect({ count: 8, classifier });
    const scores = all.map(({ agreement }) => agreement?.score ?? -1);
    expect(scores).toEqual(seen);
    const minAgreement = scores.toSorted((a, b) => a - b)[4];
    const kept = await collect({ count: 8, classifier, minAgreement });
    expect(kept.map(({ seed }) => seed)).toEqual(
      all
        .filter(({ agreement }) => (agreement?.score ?? -1) >= minAgreement)
        .map(({ seed }) => seed),
    );
    expect(kept.length).toBeLessThan(8);
  });

  it.each<[string, GeneratePairsOptions]>([
    ['a classifier or a labeler that judges for minAgreement', { minAgreement: 0.5 }],
    ['0 to 1 for minAgreement, got 2', { minAgreement: 2, labeler: async () => ({}) }],
    ['for topP, got 0', { report: { topP: 0 } }],
    ['1 or more for beams, got 0', { report: { beams: 0 } }],
    [
      'asked as present or absent',
      { findings: parseFindings('?Edema'), minAgreement: 0.5, labeler: async () => ({}) },
    ],
    [
      'and a classifier, or a labeler and reports',
      { report: false, minAgreement: 0.5, labeler: async () => ({}) },
    ],
    ['1 or more for reportTries, got 0', { reportTries: 0 }],
    ['1 or more for count, got 0', { count: 0 }],
  ])('refuses: %s', async (message, options) => {
    const onStep = vi.fn();
    const refused = irgen.generatePairs({ findings, ...options, onStep }).next();
    await expect(refused).rejects.toThrow(message);
    expect(onStep).not.toHaveBeenCalled();
  });

  it('stops while a report is due', async () => {
    const controller = new AbortController();
    const onStep = ({ completed, total }: { completed: number; total: number }) => {
      if (completed === total) controller.abort(new Error('done with images'));
    };
    const options = { findings, steps: 2, signal: controller.signal, onStep };
    await expect(irgen.generatePair(options)).rejects.toThrow('done with images');
  });
});

describe('a prior that draws and is told findings', () => {
  let told: CxrIrgen;
  beforeAll(async () => {
    const model = join(root, 'told');
    await cp(set.model, model, { recursive: true });
    const [vae, language] = [
      await openModelFolder(join(model, 'vae')),
      await openModelFolder(join(model, 'language')),
    ];
    const flow = { width: 16, blocks: 1, steps: 4, deviation: 1 };
    const config = { ...TINY_PRIOR, readsFindings: true, flow };
    await writeTinyPrior(join(model, 'prior'), { vae, language }, config);
    told = await loadCxrIrgen({ ...set, model, runtime });
  });
  const score = async (options: WriteReportOptions): Promise<number> =>
    (await told.writeReport(picture(1), options)).score;

  it('differs by its seed, less and less with the spread', async () => {
    expect(await score({ seed: 1 })).toBe(await score({ seed: 1 }));
    const far = [await score({ seed: 1 }), await score({ seed: 2 })];
    expect(far[0]).not.toBe(far[1]);
    expect(await score({ seed: 1, spread: 0 })).toBe(await score({ seed: 2, spread: 0 }));
    await expect(score({ spread: 1.5 })).rejects.toThrow('from 0 to 1');
  });

  it('reads what it is told, but not as published or where that is not wanted', async () => {
    const [one, other] = [findings, parseFindings('-Cardiomegaly')];
    expect(await score({ findings: one })).not.toBe(await score({ findings: other }));
    const alone = await score({});
    expect(await score({ findings: one, ignoreFindings: true })).toBe(alone);
    const faithful = { preset: 'faithful', seed: 3 } as const;
    expect(await score({ ...faithful, findings: one })).toBe(await score(faithful));
  });

  it('is told what was asked of a pair', async () => {
    // Random weights word most vectors alike: tokens that are drawn show what beams hide.
    const report = { decoding: 'sample', topP: 1 } as const;
    const texts = async (options: WriteReportOptions): Promise<string[]> => {
      const made: string[] = [];
      for await (const pair of told.generatePairs({
        findings,
        count: 6,
        steps: 1,
        report: options,
      }))
        made.push(pair.report ?? '');
      return made;
    };
    const seen: GeneratedPair[] = [];
    for await (const pair of told.generatePairs({ findings, count: 6, steps: 1, report: false }))
      seen.push(pair);
    const write = async (known: Pick<WriteReportOptions, 'findings'>): Promise<string[]> => {
      const written: string[] = [];
      for (const { latents, seed } of seen)
        written.push((await told.writeReport(latents, { ...report, ...known, seed })).report);
      return written;
    };
    const [both, alone] = [await write({ findings }), await write({})];
    expect(both).not.toEqual(alone);
    expect(await texts(report)).toEqual(both);
    expect(await texts({ ...report, ignoreFindings: true })).toEqual(alone);
  });

  it('refuses codes of a table in the place of states', async () => {
    const findings = { Edema: 1 } as unknown as FindingStates;
    await expect(score({ findings })).rejects.toThrow('positive, negative, uncertain');
    await expect(score({ findings: { Foo: 'positive' } as FindingStates })).rejects.toThrow('Foo');
  });

  it('writes again until the labeler reads what was asked', async () => {
    const report = { decoding: 'sample', topP: 1 } as const;
    const make = async (options: Partial<GeneratePairsOptions>) => {
      const read: string[] = [];
      const pair = await told.generatePair({
        ...{ findings, steps: 1, seed: 2, report, ...options },
        labeler: async (text) => {
          read.push(text);
          return (await options.labeler?.(text)) ?? {};
        },
      });
      return { read, pair };
    };
    const { read, pair } = await make({});
    expect(new Set(read).size).toBe(4);
    expect(pair.report).toBe(read[0]);
    const third = await make({ labeler: async (text) => (text === read[2] ? findings : {}) });
    expect(third.pair.report).toBe(read[2]);
    expect(third.pair.agreement?.reportScore).toBe(1);
    expect(third.read).toEqual(read.slice(0, 3));
    expect((await make({ reportTries: 1 })).read).toEqual(read.slice(0, 1));
    expect((await make({ report: { ...report, ignoreFindings: true } })).read).toHaveLength(1);
  });

  it('refuses findings where the prior cannot read them', async () => {
    expect([irgen.readsFindings, told.readsFindings]).toEqual([false, true]);
    await expect(irgen.writeReport(picture(1), { findings })).rejects.toThrow('pictures alone');
  });
});
