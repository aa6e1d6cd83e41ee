import { ANATOMICAL_REGIONS, type AnatomicalRegion, type Random } from '@cxrkit/core';
import { GRAMMAR_FINDINGS } from './grammar.js';
import { presentFindings, type ReportStudy } from './study.js';
import { pick } from './word-statements.js';

/** Findings that one kind of data set knows; those of no list are unknown in it. */
const KNOWN_FINDINGS: readonly (readonly string[])[] = [
  // ChestX-ray14
  [
    'Atelectasis',
    'Cardiomegaly',
    'Pleural Effusion',
    'Infiltration',
    'Mass',
    'Nodule',
    'Pneumonia',
    'Pneumothorax',
    'Consolidation',
    'Edema',
    'Emphysema',
    'Fibrosis',
    'Pleural Thickening',
    'Hernia',
  ],
  // Kermany
  ['Pneumonia'],
  // CheXpert
  [
    'Enlarged Cardiomediastinum',
    'Cardiomegaly',
    'Lung Lesion',
    'Lung Opacity',
    'Edema',
    'Consolidation',
    'Pneumonia',
    'Atelectasis',
    'Pneumothorax',
    'Pleural Effusion',
    'Pleural Other',
    'Fracture',
    'Support Devices',
  ],
];

const LOCATED_REGIONS: readonly AnatomicalRegion[] = ANATOMICAL_REGIONS.filter((region) =>
  /lung/u.test(region),
);

/**
 * Draws the labels of an imaginary picture with all 29 regions, labelled as ChestX-ray14, Kermany or CheXpert would.
 *
 * @param options.located - Let about a third of the present findings have regions.
 */
export function randomStudy(
  random: Random,
  { located = false }: { readonly located?: boolean } = {},
): ReportStudy {
  const known = pick(KNOWN_FINDINGS, random);
  const rate = pick([0, 0.08, 0.3], random) + (known.length === 1 ? 0.3 : 0);
  const findings: Record<string, 0 | 1> = {};
  for (const finding of known) findings[finding] = random.uniform() < rate ? 1 : 0;
  const isNormal = known.every(
    (finding) => findings[finding] === 0 || finding === 'Support Devices',
  );
  findings['No Finding'] = isNormal ? 1 : 0;
  const findingRegions = Object.fromEntries(
    presentFindings({ findings })
      .filter(() => located && random.uniform() < 0.35)
      .map((finding) => [finding, random.shuffle(LOCATED_REGIONS).slice(0, 1 + random.integer(3))]),
  );
  return { findings, findingRegions, detectedRegions: ANATOMICAL_REGIONS };
}

/** Draws labels with every finding present, absent or unknown, whatever the data set; No Finding is unknown. */
export function randomPartialStudy(random: Random): ReportStudy {
  const findings: Record<string, 0 | 1> = {};
  for (const finding of GRAMMAR_FINDINGS) {
    const value = random.uniform();
    if (value < 0.6) findings[finding] = value < 0.25 ? 1 : 0;
  }
  return { findings, detectedRegions: ANATOMICAL_REGIONS };
}
