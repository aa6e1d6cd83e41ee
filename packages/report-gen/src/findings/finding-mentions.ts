/** Words that name a finding. What has no word of its own (heart, mediastinum, pleural angles) is read by `CONTOURS`. */
export const FINDING_MENTIONS: Readonly<Record<string, RegExp>> = {
  Atelectasis: /\batelecta\w+/gu,
  Cardiomegaly: /\bcardiomegaly/gu,
  Consolidation: /\bconsolidat\w+/gu,
  Edema: /\b(?:o?edema)\b/gu,
  Emphysema: /(?<!\bsubcutaneous )\bemphysema\w*/gu,
  Fibrosis: /\bfibro(?:sis|tic)\b/gu,
  Fracture: /\bfractur\w+/gu,
  Hernia: /\bhernia\w*/gu,
  Infiltration: /\binfiltrat\w+/gu,
  'Lung Lesion': /(?<!\bpleural )\blesions?\b/gu,
  'Lung Opacity': /\bopacit\w+|\bopacification/gu,
  Mass: /\bmass(?:es)?\b/gu,
  Nodule: /\bnodul\w+/gu,
  'Pleural Effusion': /(?<!\bpericardial )\beffusions?\b|\bpleural fluid\b/gu,
  'Pleural Other': /\bpleural (?:abnormalit\w+|disease|lesions?)/gu,
  'Pleural Thickening':
    /\bpleural (?:(?:effusions?|fluid) (?:and|or) )?thickening|\bthickening of the pleura/gu,
  Pneumonia: /\bpneumonia|\binfection/gu,
  Pneumothorax: /\bpneumothora(?:x|ces)\b/gu,
  'Support Devices': /\bsupport (?:devices?|hardware)\b|\bcatheters?\b|\btubes?\b|\bpacemaker/gu,
};

/** A contour that is present or absent as a finding by the word said of it. */
export interface ContourRule {
  readonly finding: string;
  readonly subject: RegExp;
  /** The finding, unless negated. */
  readonly abnormal: RegExp;
  /** No finding. */
  readonly normal: RegExp;
}

/** Findings that are said of a contour: "the heart is enlarged", "the costophrenic angles are sharp". */
export const CONTOURS: readonly ContourRule[] = [
  {
    finding: 'Cardiomegaly',
    subject: /\b(?:heart|cardiac)\b/u,
    abnormal: /\benlarge\w*/u,
    normal: /\b(?:normal|normally|unremarkable)\b/u,
  },
  {
    finding: 'Enlarged Cardiomediastinum',
    subject: /\b(?:cardio)?mediastin\w+/u,
    abnormal: /\benlarge\w*|\bwiden\w*/u,
    normal: /\b(?:normal|unremarkable)\b/u,
  },
  {
    finding: 'Pleural Effusion',
    subject: /\bcostophrenic (?:angles?|sulc\w+)/u,
    // a blunt angle is fluid or scar: not told apart
    abnormal: /(?!)/u,
    normal: /\b(?:clear|sharp|normal)\b/u,
  },
];

/** Statements that the lungs or the whole picture are normal. */
export const NORMALITY: readonly RegExp[] = [
  /(?<!\bnot )\b(?:clear|normal) (?:lungs?|chest)\b/u,
  /\blungs?(?: fields?)? (?:(?:is|are|appears?|both|remain) )?(?:clear|normal|unremarkable)\b/u,
  /\bno (?:(?:focal|acute|other) )*(?:lung|pulmonary|cardiopulmonary|chest)? ?abnormalit\w+/u,
];
