import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvalJson, golden, TestFolder } from './eval-files.js';
import { callCxr } from './run-cxr.js';

interface Detection {
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: readonly number[];
  readonly score: number;
}

interface DetectionCase {
  readonly name: string;
  readonly params: Readonly<Record<string, readonly number[] | number>>;
  readonly images: readonly object[];
  readonly categories: readonly object[];
  readonly annotations: readonly object[];
  readonly detections: readonly Detection[];
  readonly stats?: Readonly<Record<string, number>>;
  readonly mAP_all_iou: number;
}

const { cases } = golden<{ readonly cases: readonly DetectionCase[] }>('det');
const [mixed] = cases;

let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(() => folder.remove());

async function writeCase({
  images,
  categories,
  annotations,
  detections,
}: DetectionCase): Promise<readonly [string, string]> {
  return [
    await folder.write('truth.json', JSON.stringify({ images, categories, annotations })),
    await folder.write('found.json', JSON.stringify(detections)),
  ];
}

async function evaluate(...words: readonly string[]): Promise<EvalJson> {
  const { code, stdout, stderr } = await callCxr(['eval', 'detection', ...words, '--json', '-q']);
  expect([stderr, code]).toEqual(['', 0]);
  return JSON.parse(stdout) as EvalJson;
}

describe('cxr eval detection', () => {
  it.each(cases.filter(({ params, stats }) => stats !== undefined && !('maxDets' in params)))(
    'has the digits of pycocotools: $name',
    async (one) => {
      const words = 'useCats' in one.params ? ['--no-categories'] : [];
      const { metrics } = await evaluate(
        ...(await writeCase(one)),
        '--strict-pycocotools',
        ...words,
      );
      for (const [name, value] of Object.entries(one.stats ?? {}))
        expect(metrics[name].value ?? -1).toBeCloseTo(value, 12);
    },
  );

  it('takes thresholds of overlap and numbers of detections', async () => {
    for (const one of cases) {
      const { iouThrs, maxDets } = one.params;
      if (iouThrs === undefined && maxDets === undefined) continue;
      const words =
        iouThrs === undefined
          ? ['--max-detections', String(maxDets)]
          : ['--iou-thresholds', String(iouThrs)];
      const { metrics } = await evaluate(...(await writeCase(one)), ...words);
      expect(metrics.AP.value).toBeCloseTo(one.mAP_all_iou, 12);
    }
  });

  it('reads found boxes as JSON lines and as CSV', async () => {
    const [truth, found] = await writeCase(mixed);
    const expected = await evaluate(truth, found);
    const lines = await folder.lines('found.jsonl', mixed.detections);
    expect(await evaluate(truth, lines)).toEqual(expected);
    const rows = mixed.detections.map((one) =>
      [one.image_id, one.category_id, ...one.bbox, one.score].join(),
    );
    const csv = await folder.write(
      'found.csv',
      `image,category_id,x,y,width,height,score\n${rows.join('\n')}\n`,
    );
    expect(await evaluate(truth, csv, '--columns', 'image=image')).toEqual(expected);
  });

  it('gives intervals, and tests a second system', async () => {
    const [truth, found] = await writeCase(mixed);
    const worse = await folder.write(
      'worse.json',
      JSON.stringify(mixed.detections.map((one) => ({ ...one, bbox: [0, 0, 1, 1] }))),
    );
    const words = ['--bootstrap', '50', '--compare', worse, '--trials', '100'];
    const { metrics, comparison = [] } = await evaluate(truth, found, ...words);
    expect(metrics.AP.interval?.low).toBeLessThan(metrics.AP.value ?? 0);
    expect(comparison.map(({ name }) => name)).toEqual(['AP', 'AP50']);
    expect(comparison[0].difference).toBeCloseTo(metrics.AP.value ?? 0, 12);
    expect(comparison[0].p).toBeLessThan(0.05);
  });

  it('writes a page with curves and categories', async () => {
    const html = folder.at('page.html');
    const { code, stdout } = await callCxr([
      ...['eval', 'detection', ...(await writeCase(mixed)), '--html', html],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^metric +value +n +signature\n-.*\nAP +0\.2156 +12 +AP\|/);
    expect(stdout).toMatch(/\nc1 +0\.\d{4}/);
    const page = await readFile(html, 'utf8');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('AP by overlap');
  });

  const found = { image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], score: 0.5 };
  it.each([
    ['a negative size', { ...found, bbox: [1, 2, -3, 4] }, /sides of 0 or more.*line 2/],
    ['a box that is no number', { ...found, bbox: [1, 2, null, 4] }, /\[1,2,null,4\]/],
    ['an unknown image', { ...found, image_id: 99 }, /an id that the true boxes list.*line 2/],
    ['an unknown category', { ...found, category_id: 99 }, /"category_id" in .*line 2, got 99/],
    ['a score that is no number', { ...found, score: 'high' }, /"score" in .*line 2, got "high"/],
  ])('refuses found boxes with %s by their line, or skips them', async (_what, row, message) => {
    const [truth] = await writeCase(mixed);
    const file = await folder.lines('bad.jsonl', [found, row]);
    const { code, stderr } = await callCxr(['eval', 'detection', truth, file]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    const skipped = await callCxr(['eval', 'detection', truth, file, '--skip-invalid']);
    expect([skipped.code, skipped.stderr]).toEqual([0, expect.stringContaining('Skipped 1')]);
  });

  it('refuses true boxes that are none, and other numbers of files', async () => {
    const [truth, found] = await writeCase(mixed);
    const annotations = [{ image_id: 1, category_id: 1, bbox: [0, 0, -1, 2] }];
    const bad = await folder.write('bad.json', JSON.stringify({ ...mixed, annotations }));
    const negative = await callCxr(['eval', 'detection', bad, found]);
    expect([negative.code, negative.stderr]).toEqual([2, expect.stringContaining('bbox')]);
    const list = await callCxr(['eval', 'detection', found, found]);
    expect([list.code, list.stderr]).toEqual([
      2,
      expect.stringMatching(/COCO files for "images" of/),
    ]);
    const one = await callCxr(['eval', 'detection', truth]);
    expect([one.code, one.stderr]).toEqual([2, expect.stringMatching(/two files.*got 1/)]);
  });
});
