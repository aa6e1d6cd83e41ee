import { createRandom } from '@cxrkit/core';
import {
  auroc,
  aurocResampled,
  bootstrapScore,
  cocoEval,
  fid,
  labelReport,
  loadSynonyms,
  meteor,
  scoreText,
  TEXT_METRICS,
} from '../../src/index.js';

/** A few numbers of every area, computed the same way in Node and in a browser's worker. */
export async function numbers(): Promise<Record<string, unknown>> {
  const random = createRandom(5);
  const scores = Array.from({ length: 50 }, () => random.uniform());
  const labels = scores.map((score) => (random.uniform() < score ? 1 : 0));
  const pair = {
    id: '1',
    candidate: 'No pneumothorax. The heart is of normal size.',
    references: ['There is no pneumothorax. Heart size is normal.'],
  };
  const { metrics } = scoreText([pair, { ...pair, id: '2', candidate: 'Large effusion.' }], {
    metrics: [...TEXT_METRICS, meteor({ preprocessing: 'ptb', synonyms: await loadSynonyms() })],
  });
  const features = (shift: number): { data: Float64Array; dims: [number, number] } => ({
    data: Float64Array.from({ length: 40 }, () => random.normal() + shift),
    dims: [10, 4],
  });
  return {
    text: Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
    auroc: auroc(scores, labels),
    interval: bootstrapScore({ name: 'auroc' }, aurocResampled(scores, labels), { replicates: 100 })
      .interval,
    labels: labelReport(pair.candidate),
    ap: cocoEval({
      images: [{ id: 1 }],
      categories: [{ id: 1, name: 'lung' }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 10, 10] }],
      detections: [{ image_id: 1, category_id: 1, bbox: [0, 0, 10, 9], score: 0.5 }],
    }).scores.AP.value,
    fid: fid(features(0), features(1)).value,
  };
}
