import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { accumulate } from '../score/accumulate.js';
import { bleu } from './bleu/bleu.js';
import { cider } from './cider/cider.js';
import { DocumentFrequencies, documentFrequencies } from './cider/document-frequencies.js';
import { distinctRatio } from './distinct-ratio.js';
import { meanMetric } from './mean-metric.js';
import { r2genVocabulary } from './reference-mode.js';
import { googleRouge } from './rouge/google-rouge.js';
import { rougeL } from './rouge/rouge-l.js';
import { scoreText } from './score-text.js';
import type { TextPair } from './text-pair.js';

const WORDS = 'the heart lungs are clear no effusion or edema is seen small left right size'.split(
  ' ',
);

function randomPairs(count: number, seed = 7): TextPair[] {
  const random = createRandom(seed);
  const text = (): string =>
    Array.from({ length: 4 + random.integer(12) }, () => WORDS[random.integer(WORDS.length)]).join(
      ' ',
    );
  return Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    candidate: text(),
    references: Array.from({ length: 1 + random.integer(2) }, text),
  }));
}

describe('scoreText', () => {
  it('scores in three lines', () => {
    const text = 'The lungs are clear.';
    const { metrics, perItem } = scoreText([{ id: '1', candidate: text, references: [text] }]);
    expect(metrics.bleu4.value).toBeCloseTo(0.9999999992291674, 12);
    expect(metrics.bleu4.signature).toBe(
      'bleu4|prep:ptb|refs:1|reftext:full|style:coco|reflen:closest|smooth:tiny|agg:corpus|n:1|v1',
    );
    expect(metrics.ciderD.value).toBe(0); // one item: every idf is 0
    expect(perItem.rougeL).toEqual(Float64Array.of(1));
  });

  it('gives perfect scores for perfect texts', () => {
    const pairs = randomPairs(40).map((pair) => ({ ...pair, candidate: pair.references[0] }));
    const single = pairs.map((pair) => ({ ...pair, references: pair.references.slice(0, 1) }));
    const names = [
      'bleu4',
      'rougeL',
      'googleRouge1',
      'googleRougeLsum',
      'ciderD',
      'cider',
    ] as const;
    const { metrics } = scoreText(single, { metrics: names });
    for (const name of names)
      expect(metrics[name].value).toBeCloseTo(name.startsWith('cider') ? 10 : 1, 6);
  });

  it('does not depend on the order of items', () => {
    const pairs = randomPairs(30);
    const one = scoreText(pairs).metrics;
    const other = scoreText(pairs.toReversed()).metrics;
    for (const name of Object.keys(one))
      expect(other[name].value).toBeCloseTo(one[name].value ?? Number.NaN, 12);
  });

  it('takes metrics from outside and adds intervals from the same draws', () => {
    const length = meanMetric<TextPair>('length', {}, ({ candidate }) => candidate.length);
    const { metrics } = scoreText(randomPairs(60), {
      metrics: ['bleu1', 'rougeL', 'distinctRatio', length],
      bootstrap: { replicates: 200, seed: 3 },
    });
    expect(Object.keys(metrics).sort()).toEqual(['bleu1', 'distinctRatio', 'length', 'rougeL']);
    for (const { value, interval } of Object.values(metrics)) {
      expect(interval?.low).toBeLessThan(interval?.high ?? 0);
      expect(interval?.high).toBeGreaterThan(0);
      expect(value).not.toBeNull();
    }
    const { value, interval } = metrics.rougeL;
    expect(value).toBeGreaterThan(interval?.low ?? 1);
    expect(value).toBeLessThan(interval?.high ?? 0);
  });

  it('has no values without items, with a reason', () => {
    const { metrics } = scoreText([], { bootstrap: {} });
    expect(metrics.bleu4).toMatchObject({ value: null, reason: 'no items', n: 0 });
    expect(Object.keys(metrics)).toContain('distinctRatio');
  });

  it('allows empty texts', () => {
    const { metrics, perItem } = scoreText([
      { id: 'a', candidate: '', references: ['No effusion.'] },
      { id: 'b', candidate: '', references: [''] },
      { id: 'c', candidate: 'Clear.', references: [''] },
    ]);
    expect([...perItem.bleu4]).toEqual([0, 0, expect.closeTo(0, 7)]);
    expect([...perItem.rougeL]).toEqual([0, 1, 0]);
    expect(metrics.distinctRatio.value).toBeCloseTo(2 / 3, 12);
  });

  it('refuses bad pairs, saying which', () => {
    const good = { id: 'a', candidate: 'x', references: ['y'] };
    expect(() => scoreText([good, good])).toThrow('pairs[0] has the same');
    expect(() => scoreText([{ ...good, references: [] }])).toThrow('pairs[0].references');
    expect(() => scoreText([{ ...good, id: '' }])).toThrow('pairs[0].id');
    expect(() => scoreText([{ ...good, candidate: undefined as unknown as string }])).toThrow(
      'pairs[0].candidate',
    );
    expect(() => bleu().stats({ ...good, references: [null as unknown as string] })).toThrow(
      'pair.references[0]',
    );
  });

  it('refuses options it does not know', () => {
    const pairs = randomPairs(2);
    expect(() => scoreText(pairs, { metrics: ['bleu9' as 'bleu4'] })).toThrow(
      'names such as bleu1',
    );
    expect(() => scoreText(pairs, { metrics: ['bleu4', bleu()] })).toThrow('different names');
    expect(() => bleu({ order: 5 })).toThrow('1 to 4');
    expect(() => bleu({ style: 'moses' as 'coco' })).toThrow('sacrebleu');
    expect(() => bleu({ style: 'nltk', smoothing: 'method6' as 'method5' })).toThrow('smoothing');
    expect(() => googleRouge({ variant: 'rouge9' as 'rouge1' })).toThrow('variant');
    expect(() => rougeL({ preprocessing: 'x' as 'ptb' })).toThrow('preprocessing');
    expect(() => cider(documentFrequencies(pairs), { preprocessing: 'rgrg' })).toThrow(
      'same options',
    );
    expect(() => cider(new DocumentFrequencies('ptb,full'))).toThrow('at least one document');
  });
});

describe('parts', () => {
  const pairs = randomPairs(50);
  const halves = [pairs.slice(0, 20), pairs.slice(20)];

  it.each([
    ['BLEU', bleu()],
    ['ROUGE-L', rougeL()],
    ['CIDEr-D', cider(documentFrequencies(pairs))],
    ['google ROUGE', googleRouge({ stem: true })],
  ])('of %s merge to the whole', (_, metric) => {
    const [first, second] = halves.map((half) => {
      const accumulator = accumulate(metric);
      for (const pair of half) accumulator.add(pair);
      return accumulator;
    });
    const whole = accumulate(metric);
    for (const pair of pairs) whole.add(pair);
    first.merge(structuredClone(second.part()));
    expect(first.value()).toBeCloseTo(whole.value() ?? Number.NaN, 12);
    expect(first.score()).toMatchObject({ n: 50, name: metric.name });
  });

  it('of other metrics do not merge', () => {
    expect(() => accumulate(bleu()).merge(accumulate(bleu({ order: 3 })).part())).toThrow('bleu4');
    expect(accumulate(bleu()).score()).toMatchObject({ value: null, reason: 'no items' });
  });

  it('of document frequencies merge to the whole, also by way of a table', () => {
    const whole = documentFrequencies(pairs);
    const [first, second] = halves.map((half) => documentFrequencies(half));
    expect(new Map(first.merge(second).toTable().df as Map<string, number>)).toEqual(
      whole.toTable().df,
    );
    const { n, df } = whole.toTable();
    const external = DocumentFrequencies.fromTable({
      n,
      df: Object.fromEntries(df as Map<string, number>),
    });
    for (const pair of pairs) expect(cider(external).stats(pair)).toEqual(cider(whole).stats(pair));
    expect(cider(external).convention).toMatchObject({ df: 'external', documents: 50 });
    expect(() => first.merge(external)).toThrow('external');
    expect(() => DocumentFrequencies.fromTable({ n: 0, df: {} })).toThrow('n,');
    expect(() => DocumentFrequencies.fromTable({ n: 2, df: { 'a b c d e': 1 } })).toThrow(
      '4 words',
    );
    expect(() => DocumentFrequencies.fromTable({ n: 2, df: { a: Number.NaN } })).toThrow('finite');
  });
});

describe('references as R2Gen cuts them', () => {
  const vocabulary = r2genVocabulary(['Lungs are clear. Clear heart.', 'Lungs.'], { threshold: 2 });

  it('lose words beyond the limit and outside the vocabulary', () => {
    expect(vocabulary).toEqual(new Set(['lungs', '.', 'clear']));
    const pair = {
      id: '1',
      candidate: 'lungs <unk> clear',
      references: ['Lungs are clear. Heart.'],
    };
    const mode = { maxTokens: 3, vocabulary };
    const options = { preprocessing: 'none', referenceMode: mode } as const;
    const lower = { ...pair, references: ['lungs are clear . heart .'] };
    const metric = rougeL(options);
    expect(metric.finalise(metric.stats(lower))).toBe(1);
    expect(metric.convention.reftext).toBe('first3+vocab3');
    expect(() => rougeL({ referenceMode: { maxTokens: 0, vocabulary } })).toThrow('maxTokens');
  });
});

describe('distinctRatio', () => {
  it('counts different candidates, prepared', () => {
    const pairs = ['Clear.', 'clear', 'Edema.', 'clear .'].map((candidate, i) => ({
      id: `${i}`,
      candidate,
      references: ['x'],
    }));
    expect(distinctRatio(pairs).value()).toBe(0.5);
    expect(distinctRatio(pairs).value([2, 0, 0, 2])).toBe(0.25);
    expect(distinctRatio([]).value()).toBeNull();
  });
});
