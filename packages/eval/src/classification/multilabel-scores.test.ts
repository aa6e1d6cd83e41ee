import { createRandom } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../resampling/bootstrap-score.js';
import { aurocResampled } from './auroc.js';
import type { ScoredRow } from './multilabel-columns.js';
import { multilabelScores } from './multilabel-scores.js';

const random = createRandom(8);
const rows = Array.from({ length: 120 }, (_, i): ScoredRow => {
  const edema = random.integer(2);
  return {
    id: `study ${i}`,
    labels: { Edema: edema, Fracture: i % 3 === 0 ? null : random.integer(2), Pneumonia: 0 },
    scores: { Edema: edema * 0.3 + random.uniform(), Fracture: random.uniform(), Pneumonia: 0.1 },
  };
});

describe('a table of several labels', () => {
  it('gives each label what the label alone gives', () => {
    const table = multilabelScores(rows, { replicates: 60 });
    const { auroc } = table.labels[0].scores;
    const alone = aurocResampled(
      rows.map(({ scores }) => scores.Edema),
      rows.map(({ labels }) => labels.Edema ?? 0),
    );
    expect(auroc.value).toBe(alone.value());
    expect(auroc.interval).toEqual(bootstrapInterval(alone, { replicates: 60 }));
    expect(auroc.signature).toBe('auroc|label:Edema|policy:ignore|n:120|v1');
    expect(table.labels[1].n).toBe(80);
  });

  it('leaves a label without a value out of the macro average and says why', () => {
    const { labels, macro, micro } = multilabelScores(rows, { replicates: 40 });
    expect(labels[2].scores.auroc).toMatchObject({ value: null, reason: 'no case is positive' });
    expect(labels[2].scores.auroc.interval).toBeUndefined();
    const known = labels.slice(0, 2).map(({ scores }) => scores.auroc.value ?? Number.NaN);
    expect(macro.auroc.value).toBeCloseTo((known[0] + known[1]) / 2, 14);
    expect(macro.auroc.interval?.low).toBeLessThan(macro.auroc.value ?? 0);
    expect(micro.auroc).toMatchObject({ n: 320 });
  });

  it('adds rates at thresholds, with intervals', () => {
    const threshold = { Edema: 0.6, Fracture: 0.5, Pneumonia: 0.5 };
    const { labels, micro } = multilabelScores(rows, { threshold, replicates: 40 });
    const { sensitivity, f1 } = labels[0].scores;
    const positives = rows.filter((row) => row.labels.Edema === 1);
    const found = positives.filter((row) => row.scores.Edema >= 0.6);
    expect(sensitivity.value).toBeCloseTo(found.length / positives.length, 14);
    expect(f1.interval?.replicates).toBe(40);
    expect(f1.signature).toContain('threshold:own');
    expect(labels[2].scores.sensitivity.reason).toBe('no case is positive');
    expect(labels[2].scores.specificity.value).toBe(1);
    expect(micro.mcc.value).not.toBeNull();
  });

  it('reads rows once when the labels are given', () => {
    function* stream(): Generator<ScoredRow> {
      yield* rows;
    }
    const labels = ['Fracture'];
    const table = multilabelScores(stream(), { labels, intervals: false });
    expect(table.labels.map(({ label }) => label)).toEqual(labels);
    expect(table.labels[0].scores.auroc.interval).toBeUndefined();
  });

  it('refuses rows without an id, with one twice, without a score, with another label', () => {
    const row = { id: 'a', labels: { Edema: 1 }, scores: { Edema: 0.5 } };
    expect(() => multilabelScores([])).toThrow('at least one row');
    expect(() => multilabelScores([{ ...row, id: '' }])).toThrow('rows[0].id');
    expect(() => multilabelScores([row, row])).toThrow('rows[1].id');
    expect(() => multilabelScores([{ ...row, scores: {} }])).toThrow('rows[0].scores.Edema');
    expect(() => multilabelScores([{ ...row, scores: { Edema: Number.NaN } }])).toThrow('finite');
    expect(() => multilabelScores([{ ...row, labels: { Edema: 3 } }])).toThrow('rows[0].labels');
    expect(() => multilabelScores([row], { threshold: {} })).toThrow('threshold of Edema');
  });

  it('gives no numbers for one row', () => {
    const { labels, macro } = multilabelScores([
      { id: 'a', labels: { Edema: 1 }, scores: { Edema: 0.5 } },
    ]);
    expect(labels[0].scores.auroc).toMatchObject({ value: null, reason: 'no case is negative' });
    expect(macro.auroc).toMatchObject({ value: null, reason: 'no label has a value' });
  });
});
