/** The 14 CheXpert observations, in the order of the CheXpert labeler (Irvin et al. 2019, table 1). */
export const CHEXPERT_FINDINGS = [
  'No Finding',
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
] as const;

export type ChexpertFinding = (typeof CHEXPERT_FINDINGS)[number];

/** The 14 labels of ChestX-ray14 (Wang et al. 2017) in the order of its table; "No Finding" is their absence. */
export const CHESTXRAY14_LABELS = [
  'Atelectasis',
  'Cardiomegaly',
  'Effusion',
  'Infiltration',
  'Mass',
  'Nodule',
  'Pneumonia',
  'Pneumothorax',
  'Consolidation',
  'Edema',
  'Emphysema',
  'Fibrosis',
  'Pleural_Thickening',
  'Hernia',
] as const;

export type ChestXray14Label = (typeof CHESTXRAY14_LABELS)[number];
