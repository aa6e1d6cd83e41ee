import { existsSync, readFileSync } from 'node:fs';
import { CHEXPERT_FINDINGS, type ChexpertFinding } from '@cxrkit/core';
import { describe, expect, it } from 'vitest';
import type { Label, LabelRow } from '../label-row.js';
import { aggregateLabels } from './aggregate-labels.js';
import { cleanReport } from './clean-report.js';
import { labelReport } from './label-report.js';
import { ruleLabeler } from './rule-labeler.js';

interface Item {
  readonly text: string;
  readonly labels: Partial<LabelRow>;
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/labeler.json', import.meta.url), 'utf8'),
) as {
  readonly published_reference_outputs: { readonly items: readonly Item[] };
  readonly own_sentences: { readonly items: readonly Item[] };
  readonly aggregation: readonly { readonly mentions: readonly Label[]; readonly label: Label }[];
};

/** The labels without the blanks. */
function spoken(text: string): Partial<LabelRow> {
  return Object.fromEntries(
    Object.entries(labelReport(text)).filter(([, label]) => label !== null),
  );
}

describe('the rule labeler', () => {
  it.each(golden.published_reference_outputs.items)('labels as published: $text', (item) => {
    expect(spoken(item.text)).toEqual(item.labels);
  });

  it.each(golden.own_sentences.items)('labels as its rules say: "$text"', (item) => {
    expect(spoken(item.text)).toEqual(item.labels);
  });

  it.each(golden.aggregation)('joins mentions $mentions to $label', ({ mentions, label }) => {
    expect(aggregateLabels(mentions)).toBe(label);
  });

  it.each<[text: string, labels: Partial<LabelRow>]>([
    ['No pneumothorax, small left pleural effusion.', { Pneumothorax: 0, 'Pleural Effusion': 1 }],
    ['No effusion seen, nodule at the left base.', { 'Pleural Effusion': 0, 'Lung Lesion': 1 }],
    ['No pneumonia, but there is a small effusion.', { Pneumonia: 0, 'Pleural Effusion': 1 }],
    ['No significant change in effusion or edema.', { 'Pleural Effusion': 1, Edema: 1 }],
    ['Effusion decreased, no pneumothorax is seen.', { 'Pleural Effusion': 1, Pneumothorax: 0 }],
    ['Pneumothorax: none.', { Pneumothorax: 0, 'No Finding': 1 }],
    ['Nodule seen on the frontal, not identified on the lateral view.', { 'Lung Lesion': 1 }],
    ['Right basilar atelectasis or scarring.', { Atelectasis: 1, 'Lung Opacity': 1 }],
    ['Right basilar atelectasis or consolidation.', { Atelectasis: -1, Consolidation: -1 }],
    ['Scarring versus nodule.', { 'Lung Lesion': -1, 'Lung Opacity': -1 }],
    ['Rule out pneumonia.', { Pneumonia: -1 }],
    ['Calcified traces of an old granulomatous infection.', {}],
    ['Stable enlarged cardiac silhouette.', { Cardiomegaly: 1 }],
    ['The lungs and the heart are XXXX since then.', { 'No Finding': 1 }],
    [
      'Heart and mediastinum are unremarkable.',
      { Cardiomegaly: 0, 'Enlarged Cardiomediastinum': 0, 'No Finding': 1 },
    ],
    ['Pacemaker leads overlie the heart.', { 'Support Devices': 1, 'No Finding': 1 }],
    ['Platelike atelectasis. Tuberculosis.', { Atelectasis: 1 }],
    ['FINDINGS:\n\nSmall effusion\n\nNo pneumothorax', { 'Pleural Effusion': 1, Pneumothorax: 0 }],
  ])('reads %j', (text, labels) => {
    expect(spoken(text)).toEqual(labels);
  });

  it('keeps decimals together and knows a slash between letters', () => {
    expect(cleanReport('Tip 3.5 cm above.Next,word  a/b and/or c.. ')).toBe(
      'tip 3.5 cm above. next, word a or b or c.',
    );
  });

  it('takes a text without full stops in linear time', () => {
    const start = performance.now();
    expect(labelReport('no effusion, and the heart is normal, '.repeat(5000))).toMatchObject({
      'Pleural Effusion': 0,
      Cardiomegaly: 0,
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('labels many, reports progress and stops when asked', async () => {
    const completed: number[] = [];
    const rows = await ruleLabeler().label(Array<string>(1500).fill('No edema.'), {
      onProgress: (event) => completed.push(event.completed),
    });
    expect(rows.map((row) => row.Edema)).toEqual(Array(1500).fill(0));
    expect(completed).toEqual([1000, 1500]);
    await expect(ruleLabeler().label(['x'], { signal: AbortSignal.abort() })).rejects.toThrow(
      /abort/,
    );
  });
});

const openi = new URL('../../../../../../shared/fixtures/labeler_openi_dev.json', import.meta.url);

/** Labels of NegBio's Open-i gold standard by the finding they mean; uncertain is not positive there. */
const GOLD: Readonly<Record<string, ChexpertFinding>> = {
  Atelectasis: 'Atelectasis',
  Cardiomegaly: 'Cardiomegaly',
  Effusion: 'Pleural Effusion',
  Mass: 'Lung Lesion',
  Nodule: 'Lung Lesion',
  Pneumonia: 'Pneumonia',
  Pneumothorax: 'Pneumothorax',
  Consolidation: 'Consolidation',
  Edema: 'Edema',
};

describe.skipIf(!existsSync(openi))(
  'the rule labeler on Open-i (texts may not be published: only where shared/ lies beside the repository)',
  () => {
    it('reaches a micro F1 of 0.87 against the gold standard of NegBio', () => {
      const { reports } = JSON.parse(readFileSync(openi, 'utf8')) as {
        readonly reports: readonly {
          readonly findings: string;
          readonly impression: string;
          readonly gold: readonly string[];
        }[];
      };
      const compared = CHEXPERT_FINDINGS.filter((one) => Object.values(GOLD).includes(one));
      let hits = 0;
      let total = 0;
      for (const { findings, impression, gold } of reports) {
        const row = labelReport(`${findings} ${impression}`);
        for (const finding of compared) {
          const isTrue = gold.some((label) => GOLD[label] === finding);
          if (isTrue && row[finding] === 1) hits++;
          total += Number(isTrue) + Number(row[finding] === 1);
        }
      }
      expect((2 * hits) / total).toBeGreaterThan(0.87);
    });
  },
);
