/** Time of the metrics of `@cxrkit/eval` at the sizes its goals name; peers' figures were measured elsewhere and say so. */
import { createRandom } from '@cxrkit/core';
import {
  accumulate,
  aurocResampled,
  bleu,
  bootstrapIntervals,
  cider,
  documentFrequencies,
  fid,
  labelReport,
  loadSynonyms,
  meteor,
  rougeL,
} from '@cxrkit/eval';
import { finish } from './lib/report.mjs';
import { median, rounded } from './lib/statistics.mjs';

const random = createRandom(7);
const pairs = textPairs(5000, 36);
const reports = pairs.map(
  ({ candidate }) => `Findings: ${candidate}. No pneumothorax or effusion.`,
);
const synonyms = await loadSynonyms();
const scores = Array.from({ length: 14 }, () =>
  Float64Array.from({ length: 10_000 }, random.uniform),
);
const labels = scores.map((column) =>
  Array.from(column, (score) => Number(random.uniform() < score / 3)),
);
const features = (/** @type {number} */ n) => ({
  data: Float64Array.from({ length: n * 2048 }, random.normal),
  dims: /** @type {[number, number]} */ ([n, 2048]),
});
const [small, large] = [
  [features(300), features(300)],
  [features(2248), features(2248)],
];
const prep = { preprocessing: /** @type {const} */ ('none') };

finish({
  title: 'Metrics',
  method:
    'Random texts of 36 words over 400 words, half of each candidate taken from its reference. Medians of 3 after one, FID of 2,248 once. The peers are pycocoevalcap, the METEOR 1.5 jar (scaled to 2,000 pairs) and naive JavaScript, measured on another day and machine: the ratio is a rough one.',
  columns: ['what', 'seconds', "peer's seconds", 'times faster', 'goal'],
  rows: [
    row('BLEU-1..4, 5,000 pairs', () => total(bleu(prep), pairs), 2.25, '>= 5x'),
    row('ROUGE-L, 5,000 pairs', () => total(rougeL(prep), pairs), 0.97, '>= 5x'),
    row(
      'CIDEr-D, 5,000 pairs',
      () => total(cider(documentFrequencies(pairs, prep), { variant: 'ciderD', ...prep }), pairs),
      2.88,
      '>= 5x',
    ),
    row(
      'METEOR, 2,000 pairs',
      () => total(meteor({ synonyms, ...prep }), pairs.slice(0, 2000)),
      6.9,
      '>= 4x',
    ),
    row(
      'AUROC of 10,000 x 14, 1,000 replicates',
      () =>
        bootstrapIntervals(
          scores.map((column, i) => aurocResampled(column, labels[i])),
          { replicates: 1000 },
        ),
      undefined,
      '<= 2 s',
    ),
    row(
      'rule labeler, 5,000 reports',
      () => reports.map(labelReport),
      undefined,
      '<= 2.5 s (2,000 a second)',
    ),
    row('FID, d = 2048, n = 300', () => fid(small[0], small[1]), undefined, '<= 0.5 s'),
    row('FID, d = 2048, n = 2,248', () => fid(large[0], large[1]), undefined, '<= 15 s', 1),
  ],
});

/**
 * @param {string} what
 * @param {() => unknown} action
 * @param {number | undefined} peer - Seconds.
 * @param {string} goal
 * @param {number} times
 */
function row(what, action, peer, goal, times = 4) {
  const seconds = Array.from({ length: times }, () => {
    const start = performance.now();
    action();
    return (performance.now() - start) / 1000;
  });
  const middle = median(times > 1 ? seconds.slice(1) : seconds);
  const shown = peer === undefined ? ['–', '–'] : [rounded(peer), rounded(peer / middle)];
  return [what, rounded(middle), ...shown, goal];
}

/**
 * @template Item
 * @param {import('@cxrkit/eval').Metric<Item>} metric
 * @param {readonly Item[]} items
 */
function total(metric, items) {
  const sum = accumulate(metric);
  for (const item of items) sum.add(item);
  return sum.value();
}

/**
 * @param {number} count
 * @param {number} words
 * @returns {import('@cxrkit/eval').TextPair[]}
 */
function textPairs(count, words) {
  const vocabulary = Array.from({ length: 400 }, (_, i) => `w${i.toString(36)}s`);
  const word = () => vocabulary[Math.floor(vocabulary.length * random.uniform() ** 2)];
  return Array.from({ length: count }, (_, i) => {
    const reference = Array.from({ length: words }, word);
    const candidate = reference.map((same) => (random.uniform() < 0.5 ? same : word()));
    return { id: String(i), candidate: candidate.join(' '), references: [reference.join(' ')] };
  });
}
