import type { ChexpertFinding } from '@cxrkit/core';

/** What a phrase speaks of: a finding, or something that is none of the 14 but rules out "No Finding". */
export type Topic = Exclude<ChexpertFinding, 'No Finding'> | 'other finding';

/** Phrases of a topic as pieces of regular expressions over cleaned text. */
export interface TopicPhrases {
  readonly topic: Topic;
  /** Found anywhere, also inside words (`hydropneumothorax`), unless they start or end with `\b`. */
  readonly phrases: readonly string[];
  /** Longer phrases that mean something else; a mention that overlaps one is dropped. */
  readonly unmentions?: readonly string[];
}

/**
 * Phrases of the CheXpert labeler (github.com/stanfordmlgroup/chexpert-labeler, MIT licence, Copyright (c) 2018
 * Stanford Machine Learning Group; see NOTICE), with word edges where its substrings hit other words (`mass`, `tube`
 * in tuberculosis, `plate` in platelike), and unmentions of our own for old or healed infection, collapsed vertebrae
 * and lines that are no devices.
 */
export const TOPIC_PHRASES: readonly TopicPhrases[] = [
  {
    topic: 'Atelectasis',
    phrases: ['atelecta', 'collapse'],
    unmentions: [
      'collaps\\w* (?:of )?(?:the |a )?(?:\\w+ )?vertebra',
      'vertebra\\w* (?:body )?(?:\\w+ )?collaps',
    ],
  },
  {
    topic: 'Cardiomegaly',
    phrases: [
      'cardiomegaly',
      'the heart\\b',
      'heart size',
      '\\bcardiac (?:enlargement|size|shadow|contour|silhouette)',
      'enlarged heart',
      'enlargement of the (?:heart|cardiac)',
      '\\bheart(?= (?:is|was|appears?|remains|and|normal|within|size|upper|borderline|silhouette|shadow|contour|(?:\\w+ly )?enlarged))',
      '(?:normal|large|borderline) (?:size |sized )?heart\\b',
    ],
    unmentions: [
      '(?:over|overly|overlie|overlies|overlying|in|behind|through|posterior to|within|projecting over|superimposed on) the (?:superior |left |right )?(?:heart|cardiac)(?: size| shadow| contour| silhouette)?\\b',
      'the heart (?:failure|borders?|margins?|valves?|rate)',
    ],
  },
  { topic: 'Consolidation', phrases: ['consolidat'] },
  {
    topic: 'Edema',
    phrases: [
      'edema',
      'heart failure',
      '\\bchf\\b',
      'vascular congestion',
      'pulmonary congestion',
      'indistinctness',
      'vascular prominence',
    ],
    unmentions: ['soft tissue edema'],
  },
  {
    topic: 'Enlarged Cardiomediastinum',
    phrases: [
      '\\bmediastinum',
      'cardio ?mediastinum',
      'contours?\\b',
      'mediastinal (?:configuration|silhouette)',
      'pericardial silhouette',
      'cardiac silhouette and vascularity',
    ],
    unmentions: [
      '(?:over|overly|in) the (?:superior |left |right )?(?:mediastinum|cardiomediastinum|mediastinal)',
      '(?:hilar|aortic|diaphragm\\w*) contours?',
      'cardiac contours?',
    ],
  },
  { topic: 'Fracture', phrases: ['fracture'] },
  {
    topic: 'Lung Lesion',
    phrases: [
      '\\bmass(?:es)?\\b',
      'nodular (?:densit(?:y|ies)|opacit(?:y|ies)|opacification)',
      'nodules?\\b',
      '\\blumps?\\b',
      'cavitary lesion',
      'carcinoma',
      'neoplasm',
      'tumor',
    ],
    unmentions: ['calcified (?:\\w+ )?nodul\\w*'],
  },
  {
    topic: 'Lung Opacity',
    phrases: [
      'opaci',
      'decreased translucency',
      'increased density',
      'air ?-?space disease',
      'infiltrate',
      'infiltration',
      'interstitial (?:markings?|pattern|lung)',
      'reticular (?:pattern|markings?)',
      'reticulation',
      'parenchymal scarring',
      'peribronchial thickening',
      'wall thickening',
      '\\bscar',
    ],
    unmentions: ['pleural(?:-| )(?:parenchymal )?scar\\w*'],
  },
  {
    topic: 'Pleural Effusion',
    phrases: ['pleural fluid', 'effusion'],
    unmentions: ['(?:peri)?cardial (?:or pleural )?effusions?', 'joint effusions?'],
  },
  {
    topic: 'Pleural Other',
    phrases: [
      'pleural thickening',
      'fibrosis',
      'fibrothorax',
      'pleural(?: |-)(?:parenchymal )?scar',
      'pleuro-(?:parenchymal|pericardial) scar',
    ],
  },
  {
    topic: 'Pneumonia',
    phrases: ['pneumonia', 'infectio(?:n|us)'],
    unmentions: [
      '\\b(?:prior|previous|old|past|remote|chronic|healed|treated|history of|granulomatous|fungal|histoplasm\\w*) (?:\\w+ ){0,3}(?:pneumonia|infectio(?:n|us)\\w*)',
    ],
  },
  { topic: 'Pneumothorax', phrases: ['pneumothora(?:x|ces)'] },
  {
    topic: 'Support Devices',
    phrases: [
      'pacer',
      '\\blines?\\b',
      'picc',
      '\\btubes?\\b',
      '\\bvalves?\\b',
      'catheter',
      'pacemaker',
      'hardware',
      'arthroplast',
      '\\bmarkers?\\b',
      '\\baicd\\b|\\bicd\\b',
      'defib',
      'device',
      '\\bdrains?\\b',
      '\\bplates?\\b(?!-?like)',
      'screw',
      'cannula',
      'apparatus',
      '\\bcoils?\\b',
      'support',
      'equipment',
      'mediport',
    ],
    unmentions: [
      '(?:pleural|fissure|fissural|kerley(?: [a-c])?|mid|air|skin|suture) lines?',
      'end plates?',
    ],
  },
  {
    topic: 'other finding',
    phrases: [
      'emphysema',
      'blunt',
      'density',
      'elevation',
      'eventration',
      'scoliosis',
      'degenera',
      'calcifi',
      'hyperinflat',
      'hyperexpan',
      'bronchospasm',
      'asthma',
      'hernia',
      'copd',
      'interstitial markings',
      'plaque',
      'osteophytosis',
      'aortic disease',
      'bronchiolitis',
      'airways disease',
      'thickening',
      'cephalization',
      'aspiration',
      'bullae',
      'contusion',
      'atherosclero',
      'osteopenia',
      'metasta',
      'granuloma',
      'pneumomediastinum',
      'pneumoperitoneum',
      'osteodystrophy',
      'cuffing',
      'irregular lucency',
      'inflam',
      'fissure',
      'hypertension',
      'prominen',
      'kyphosis',
      'defib',
      'bullet',
      'reticula',
      'thoracentesis',
      'bronchitis',
      'volume loss',
      'deformity',
      'hemorrhage',
      'hematoma',
      'radiopaque',
      'aerophagia',
      'arthropathy',
      'tracheostomy',
    ],
  },
];
