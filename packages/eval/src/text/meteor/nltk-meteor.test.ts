import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { resampled } from '../../score/metric.js';
import type { TextPair } from '../text-pair.js';
import { nltkMeteor } from './nltk-meteor.js';
import { loadSynonyms, type Synonyms } from './synonyms.js';

const golden: {
  readonly suites: {
    readonly ptb: {
      readonly candidates: readonly string[];
      readonly references: readonly (readonly string[])[];
    };
  };
  readonly extra: {
    readonly meteor_nltk_on_ptb_tokens: readonly number[];
    readonly meteor_nltk_on_ptb_tokens_mean: number;
  };
} = JSON.parse(readFileSync(new URL('../../../test/fixtures/nlg.json', import.meta.url), 'utf8'));

const { candidates, references } = golden.suites.ptb;
const pairs: TextPair[] = candidates.map((candidate, i) => ({
  id: `${i}`,
  candidate,
  references: references[i],
}));
let synonyms: Synonyms;
beforeAll(async () => {
  synonyms = await loadSynonyms();
});

describe("NLTK's METEOR", () => {
  it('gives the scores of NLTK 3.8', () => {
    const metric = nltkMeteor({ preprocessing: 'none', synonyms });
    for (const [i, expected] of golden.extra.meteor_nltk_on_ptb_tokens.entries()) {
      const value = metric.finalise(metric.stats(pairs[i])) ?? Number.NaN;
      expect(Math.abs(value - expected), pairs[i].candidate).toBeLessThanOrEqual(1e-12);
    }
    const mean = resampled(metric, pairs).value() ?? Number.NaN;
    expect(Math.abs(mean - golden.extra.meteor_nltk_on_ptb_tokens_mean)).toBeLessThanOrEqual(1e-12);
  });

  it('says which matches it had', () => {
    expect(nltkMeteor({ synonyms }).convention.modules).toBe('exact+stem+synonym');
    const metric = nltkMeteor({ preprocessing: 'none' });
    expect(metric.convention.modules).toBe('exact+stem');
    const pair = { id: 'a', candidate: 'the doctor', references: ['the physician'] };
    expect(metric.finalise(metric.stats(pair))).toBeLessThan(
      nltkMeteor({ preprocessing: 'none', synonyms }).stats(pair)[0],
    );
  });
});
