import { describe, expect, it } from 'vitest';
import { sampleContents } from './__fixtures__/sample-model.js';
import { modelCard } from './model-card.js';

const FILE = { sha256: 'c'.repeat(64), bytes: 12 };
const { manifest } = sampleContents();
const MODEL = {
  ...manifest,
  formatVersion: 1,
  graphs: { g: { ...FILE, file: 'g.onnx', inputs: [], outputs: [] } },
} as const;

describe('modelCard', () => {
  it('says everything the manifest knows', () => {
    const card = modelCard(MODEL);
    for (const line of [
      '# sample 1.2.0',
      'Finds lungs.',
      '- Lateral pictures are not understood.',
      'Stage: `detector`. Licence of the weights: CC-BY-4.0.',
      '| [Some \\| set](https://example.org/set) | CC0-1.0 | A. Uthor, 2020 |',
      '| mean IoU | 0.8765 | 0.86 to 0.89 | 200 | Some set, val | `cxr evaluate detector` |',
      '- Command: `cxr train detector --seed 7`',
      '- Wall time: 90 min',
      `| g | \`g.onnx\` | 12 | \`${FILE.sha256}\` |`,
    ])
      expect(card.split('\n')).toContain(line);
    expect(card).toContain('**Not a medical device.**');
    expect(card).not.toContain('undefined');
  });

  it('says what is not known', () => {
    const [score] = manifest.scores;
    const { ci95, ...bare } = score;
    expect(modelCard({ ...MODEL, scores: [bare] })).toContain('| 0.8765 | not computed | 200 |');
    const empty = { ...MODEL, card: undefined, scores: [], licence: { weights: 'x', data: [] } };
    const card = modelCard(empty);
    expect(card).toContain('Nothing was measured.');
    expect(card).toContain('No training data is recorded.');
    expect(card).toContain('- It is not a medical device.');
    expect(card).not.toContain('undefined');
  });

  it('keeps a table row on one line', () => {
    const [score] = manifest.scores;
    const scores = [{ ...score, command: 'a `b` |\n c' }];
    expect(modelCard({ ...MODEL, scores })).toContain('| ``a `b` \\| c`` |');
  });
});
