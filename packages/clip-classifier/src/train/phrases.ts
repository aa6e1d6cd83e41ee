import { promptPair } from '../prompts.js';

/** Words by which radiologists name a finding, so that zero-shot labels may use any of them. */
export const FINDING_SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  Atelectasis: ['atelectasis', 'atelectatic change', 'volume loss'],
  Cardiomegaly: [
    'cardiomegaly',
    'enlarged heart',
    'an enlarged cardiac silhouette',
    'cardiac enlargement',
  ],
  'Pleural Effusion': ['pleural effusion', 'effusion', 'pleural fluid'],
  Infiltration: ['infiltration', 'infiltrate', 'pulmonary infiltrates'],
  Mass: ['mass', 'lung mass', 'pulmonary mass'],
  Nodule: ['nodule', 'pulmonary nodule', 'lung nodule'],
  Pneumonia: ['pneumonia', 'pulmonary infection', 'infectious consolidation'],
  Pneumothorax: ['pneumothorax', 'collapsed lung'],
  Consolidation: ['consolidation', 'airspace consolidation', 'focal consolidation'],
  Edema: ['edema', 'pulmonary edema', 'vascular congestion'],
  Emphysema: ['emphysema', 'hyperinflation', 'emphysematous change'],
  Fibrosis: ['fibrosis', 'pulmonary fibrosis', 'fibrotic change'],
  'Pleural Thickening': ['pleural thickening', 'thickening of the pleura'],
  Hernia: ['hernia', 'hiatal hernia', 'diaphragmatic hernia'],
};

/** One thing a text says: a finding and whether it is there. */
export interface Statement {
  readonly finding: string;
  readonly present: boolean;
}

/** Words a statement in one of the prompt templates and one of the synonyms, chosen by `pick`. */
export function wordStatement(
  { finding, present }: Statement,
  pick: (count: number) => number,
): string {
  const names = FINDING_SYNONYMS[finding] ?? [finding];
  const pair = promptPair(finding === 'No Finding' ? finding : names[pick(names.length)]);
  const list = present ? pair.positive : pair.negative;
  return list[pick(list.length)];
}
