import { describe, expect, it } from 'vitest';
import { parseFindings } from '../prompt/index.js';
import type { FindingLabeler } from './agreement.js';
import { writeUntilRead } from './report-tries.js';

const asked = parseFindings('Cardiomegaly,Edema');
const labeler: FindingLabeler = async (report) => parseFindings(report);

/** Writes `texts` one after another, the last again and again. */
function writer(...texts: readonly string[]) {
  const seeds: number[] = [];
  const write = async (seed: number) => {
    seeds.push(seed);
    const report = texts[Math.min(seeds.length, texts.length) - 1];
    return { report, score: 0, finished: true, warnings: [] };
  };
  return { write, seeds };
}

async function bestOf(texts: readonly string[], tries: number) {
  const { write, seeds } = writer(...texts);
  const { written, reading } = await writeUntilRead(write, asked, labeler, { seed: 9, tries });
  return { report: written.report, score: reading.reportScore, seeds };
}

describe('writeUntilRead', () => {
  it('writes once where all is read that was asked', async () => {
    const { report, score, seeds } = await bestOf(['Cardiomegaly,Edema', 'Edema'], 4);
    expect([report, score]).toEqual(['Cardiomegaly,Edema', 1]);
    expect(seeds).toEqual([9]);
  });

  it('stops at the first report that states all', async () => {
    const texts = ['-Edema', 'Edema', 'Cardiomegaly,Edema', 'Cardiomegaly,Edema,Fracture'];
    const { report, seeds } = await bestOf(texts, 8);
    expect(report).toBe('Cardiomegaly,Edema');
    expect(new Set(seeds).size).toBe(3);
  });

  it('keeps the first of the best where none states all', async () => {
    const texts = ['-Edema', 'Edema', 'Cardiomegaly', 'Fracture', 'Cardiomegaly,Edema'];
    const { report, score, seeds } = await bestOf(texts, 4);
    expect([report, score]).toEqual(['Edema', 0.5]);
    expect(seeds).toHaveLength(4);
    expect((await bestOf(texts, 4)).seeds).toEqual(seeds);
  });

  it('stops when the writer repeats itself', async () => {
    expect((await bestOf(['-Edema'], 4)).seeds).toHaveLength(2);
  });

  it('writes once where nothing can be judged', async () => {
    const { write, seeds } = writer('Edema', 'Fracture');
    const uncertain = parseFindings('?Edema');
    await writeUntilRead(write, uncertain, labeler, { seed: 1, tries: 4 });
    expect(seeds).toEqual([1]);
  });
});
