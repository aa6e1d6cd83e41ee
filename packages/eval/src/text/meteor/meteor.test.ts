import { readFileSync } from 'node:fs';
import { InvalidInputError } from '@cxrkit/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Metric, mergeStats, resampled } from '../../score/metric.js';
import type { Preprocessing } from '../preprocess/preprocess.js';
import type { TextPair } from '../text-pair.js';
import { meteor } from './meteor.js';
import { type Paraphrase, parseParaphrases } from './paraphrases.js';
import { STATISTICS } from './statistics.js';
import { loadSynonyms, type Synonyms } from './synonyms.js';

interface Suite {
  readonly candidates: readonly string[];
  readonly references: readonly (readonly string[])[];
  readonly corpus: Readonly<Record<string, number>>;
  readonly per_sentence: Readonly<Record<string, readonly number[]>>;
  readonly meteor_stats_no_paraphrase: readonly (readonly number[])[];
  readonly meteor_stats_toy_paraphrase: readonly (readonly number[])[];
  readonly meteor_aggregate_no_paraphrase: readonly number[];
}

const golden: {
  readonly toy_paraphrase_table: readonly Paraphrase[];
  readonly items: readonly { readonly candidate: string; readonly references: readonly string[] }[];
  readonly suites: Readonly<Record<string, Suite>>;
} = JSON.parse(readFileSync(new URL('../../../test/fixtures/nlg.json', import.meta.url), 'utf8'));

const chunks = 20;
let synonyms: Synonyms;
beforeAll(async () => {
  synonyms = await loadSynonyms();
});

function pairsOf({ candidates, references }: Suite): TextPair[] {
  return candidates.map((candidate, i) => ({ id: `${i}`, candidate, references: references[i] }));
}

/** What our statistics should be: the reference program sums no chunk of a perfect pair. */
function asSummand(stats: readonly number[]): number[] {
  const isPerfect = stats[21] === stats[0] && stats[22] === stats[1] && stats[chunks] === 1;
  return stats.map((value, i) => (i === chunks && isPerfect ? 0 : value));
}

function expectGolden(metric: Metric<TextPair>, suite: Suite, key: string): void {
  const stats = pairsOf(suite).map((pair) => metric.stats(pair));
  for (const [i, expected] of suite.per_sentence[key].entries())
    expect(Math.abs((metric.finalise(stats[i]) ?? Number.NaN) - expected)).toBeLessThanOrEqual(
      1e-12,
    );
  const sum = stats.reduce(mergeStats, new Float64Array(metric.length));
  expect(Math.abs((metric.finalise(sum) ?? Number.NaN) - suite.corpus[key])).toBeLessThanOrEqual(
    1e-12,
  );
}

describe.each(Object.entries(golden.suites))(
  'METEOR 1.5 of the jar, texts after %s',
  (name, suite) => {
    it('gives its scores and counts without paraphrases', () => {
      const metric = meteor({ preprocessing: 'none', synonyms });
      expectGolden(metric, suite, 'METEOR_1.5_no_paraphrase');
      const stats = pairsOf(suite).map((pair) => [...metric.stats(pair).slice(0, STATISTICS)]);
      expect(stats).toEqual(suite.meteor_stats_no_paraphrase.map(asSummand));
      const sum = resampledSum(stats);
      expect(sum).toEqual(suite.meteor_aggregate_no_paraphrase);
    });

    it('gives its scores and counts with a paraphrase table', () => {
      const metric = meteor({
        preprocessing: 'none',
        synonyms,
        paraphrases: golden.toy_paraphrase_table,
      });
      expectGolden(metric, suite, 'METEOR_1.5_toy_paraphrase');
      const stats = pairsOf(suite).map((pair) => [...metric.stats(pair).slice(0, STATISTICS)]);
      expect(stats).toEqual(suite.meteor_stats_toy_paraphrase.map(asSummand));
    });

    it('gives them from the texts before preprocessing', () => {
      const metric = meteor({ preprocessing: name as Preprocessing, synonyms });
      const pairs = golden.items.map((item, i) => ({ id: `${i}`, ...item }));
      const value = resampled(metric, pairs).value() ?? Number.NaN;
      expect(Math.abs(value - suite.corpus['METEOR_1.5_no_paraphrase'])).toBeLessThanOrEqual(1e-12);
    });
  },
);

function resampledSum(stats: readonly (readonly number[])[]): number[] {
  return stats[0].map((_, j) => stats.reduce((sum, row) => sum + row[j], 0));
}

describe('METEOR', () => {
  const pair = (candidate: string, ...references: string[]): TextPair => ({
    id: 'a',
    candidate,
    references,
  });

  it('has a value of 1 for a text and itself, and none for no items', () => {
    const metric = meteor({ preprocessing: 'none' });
    const text = 'No pleural effusion, no pneumothorax; heart size is normal.';
    expect(metric.finalise(metric.stats(pair(text, text)))).toBe(1);
    expect(metric.finalise(new Float64Array(metric.length))).toBeNull();
    expect(metric.finalise(metric.stats(pair('', 'clear')))).toBe(0);
    expect(metric.finalise(metric.stats(pair('', '')))).toBe(0);
  });

  it('names the modules it has the data for', () => {
    const modulesOf = (metric: Metric<TextPair>) => metric.convention.modules;
    expect(modulesOf(meteor({ preprocessing: 'ptb' }))).toBe('exact+stem');
    expect(modulesOf(meteor({ preprocessing: 'ptb', synonyms }))).toBe('exact+stem+synonym');
    expect(modulesOf(meteor({ preprocessing: 'ptb', synonyms, paraphrases: [] }))).toBe(
      'exact+stem+synonym+paraphrase',
    );
    expect(
      modulesOf(meteor({ preprocessing: 'ptb', synonyms, modules: ['synonym', 'exact'] })),
    ).toBe('exact+synonym');
  });

  it('weighs a module as itself when others are left out', () => {
    const metric = meteor({ preprocessing: 'none', synonyms, modules: ['exact', 'synonym'] });
    const large = metric.finalise(metric.stats(pair('heart big', 'heart large'))) ?? 0;
    // P = R = (0.75 + 0.75 * 0.8) / 1.5, one chunk: no penalty.
    expect(large).toBeCloseTo(0.9, 12);
  });

  it('takes words for one that Java takes for one', () => {
    const metric = meteor({ preprocessing: 'none' });
    expect(metric.finalise(metric.stats(pair('c6', 'at'))) ?? 0).toBeGreaterThan(0.5);
  });

  it('follows texts longer than a machine word has bits', () => {
    const words = Array.from({ length: 150 }, (_, i) => `w${i % 37}`);
    const moved = [...words.slice(75), ...words.slice(0, 75)];
    const metric = meteor({ preprocessing: 'none' });
    const stats = metric.stats(pair(words.join(' '), moved.join(' ')));
    expect(stats[21]).toBe(150);
    expect(metric.finalise(stats)).toBeLessThan(1);
  });

  it.each([
    [{ preprocessing: 'none', modules: ['exact', 'synonym'] } as const],
    [{ preprocessing: 'none', modules: ['stem'] } as const],
    [{ preprocessing: 'none', modules: ['exact', 'exact'] } as const],
    [{ preprocessing: 'none', paraphrases: [{ reference: ' ', paraphrase: 'a' }] } as const],
  ])('refuses %j', (options) => {
    expect(() => meteor(options)).toThrow(InvalidInputError);
  });

  it('refuses a pair without a reference', () => {
    expect(() => meteor({ preprocessing: 'none' }).stats(pair('a'))).toThrow(/references/);
  });
});

describe('a file of paraphrases', () => {
  it('is read in threes', () => {
    expect(parseParaphrases('0.5\nwas\nhas been\n0.1\r\na b\r\nc\r\n')).toEqual([
      { reference: 'was', paraphrase: 'has been' },
      { reference: 'a b', paraphrase: 'c' },
    ]);
    expect(parseParaphrases('')).toEqual([]);
    expect(() => parseParaphrases('0.5\nwas')).toThrow(InvalidInputError);
  });
});
