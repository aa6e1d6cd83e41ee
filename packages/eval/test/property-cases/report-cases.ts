import {
  accuracy,
  binaryRate,
  bleuOrders,
  brier,
  cider,
  ciderDConstantDf,
  clinicalMetric,
  cohenKappa,
  confusionMetric,
  type Decision,
  documentFrequencies,
  googleRouge,
  type Label,
  type LabelPair,
  labelRow,
  logLossMetric,
  matthewsCorrelation,
  meteor,
  nltkMeteor,
  type RadGraphAnnotation,
  radCliqMetric,
  radGraphF1,
  rougeL,
  type TextPair,
} from '../../src/index.js';
import { type Case, caseOf, listOf, random, type Wanted } from './case.js';

const WORDS = 'no the lungs heart is are clear large effusion seen mild edema normal .'.split(' ');
const TEXT_LENGTH = 8;

/** Makes the cases of texts. */
export function textCases(): Case[] {
  const text = (): string =>
    listOf(TEXT_LENGTH, () => WORDS[random.integer(WORDS.length)]).join(' ');
  const items = listOf(
    9,
    (i): TextPair => ({ id: `${i}`, candidate: text(), references: [text()] }),
  );
  const perfect = items.map((pair) => ({ ...pair, candidate: pair.references[0] }));
  const swap = ({ id, candidate, references: [reference] }: TextPair): TextPair => ({
    ...{ id, candidate: reference, references: [candidate] },
  });
  const prep = { preprocessing: 'none' } as const;
  const frequencies = documentFrequencies(items, prep);
  return [
    ...bleuOrders(prep),
    ...bleuOrders({ ...prep, style: 'hf' }),
    ...bleuOrders({ ...prep, style: 'nltk' }),
    rougeL(prep),
    meteor(prep),
  ]
    .map((metric) => caseOf(metric, items, { perfect }))
    .concat(
      bleuOrders({ style: 'sacrebleu' }).map((metric) =>
        caseOf(metric, items, { perfect, best: 100 }),
      ),
      (['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const).map((variant) =>
        caseOf(googleRouge({ variant }), items, { perfect, swap }),
      ),
      caseOf(cider(frequencies, { ...prep, variant: 'cider' }), items, { perfect, best: 10, swap }),
      caseOf(cider(frequencies, prep), items, { perfect, best: 10 }),
      caseOf(ciderDConstantDf(items.length, prep), items, { perfect, best: 10 }),
      // One chunk is still fragmentation there: 1 - 0.5 (1 / m)^3.
      caseOf(nltkMeteor(prep), items, { perfect, best: 1 - 0.5 / TEXT_LENGTH ** 3 }),
    );
}

const LABELS: readonly Label[] = [1, 0, -1, null];

/** Makes the cases of labels and annotations of reports. */
export function clinicalCases(): Case[] {
  const row = () => labelRow(() => LABELS[random.integer(4)]);
  const items = listOf(40, (): LabelPair => ({ reference: row(), candidate: row() }));
  const perfect = items.map(({ reference }) => ({ reference, candidate: reference }));
  const swap = ({ reference, candidate }: LabelPair): LabelPair => ({
    ...{ reference: candidate, candidate: reference },
  });
  const symmetric = [
    ...[
      'rgrg.micro_5.f1',
      'rgrg.micro_14.acc',
      'rgrg.per_condition.Edema.f1',
      'rgrg.example_14.f1',
    ],
    ...['r2gen_compute_ce.F1_macro', 'r2gen_compute_ce.F1_micro', 'f1chexbert.accuracy_top5_exact'],
    ...['f1chexbert.report_14.samples avg.f1-score', 'f1chexbert.report_5.macro avg.f1-score'],
    ...['chexbert_paper.Edema.kappa', 'chexbert_paper.Fracture.negation'],
  ];
  const oneWay = [
    ...['rgrg.micro_14.precision', 'r2gen_compute_ce.AUROC_of_binary_labels.Edema'],
    ...['f1chexbert.report_14.weighted avg.f1-score', 'chexbert_paper.Pneumonia.weighted'],
  ];
  const entity = (i: number) => ({
    tokens: WORDS[i % WORDS.length],
    label: 'Observation::definitely present',
    relations: [],
  });
  const annotation = (): RadGraphAnnotation => ({
    entities: Object.fromEntries(listOf(5, (i) => [`${i}`, entity(random.integer(9))])),
  });
  const graphs = listOf(6, () => ({ reference: annotation(), candidate: annotation() }));
  const part = () => random.uniform();
  const parts = listOf(6, () => ({
    ...{ radGraphCombined: part(), bertScore: part(), sEmb: part(), bleu2: part() },
  }));
  const allOne = [{ radGraphCombined: 1, bertScore: 1, sEmb: 1, bleu2: 1 }];
  return [
    ...symmetric.map((name) => caseOf(clinicalMetric(name), items, { perfect, swap })),
    ...oneWay.map((name) => caseOf(clinicalMetric(name), items, { perfect })),
    caseOf(radGraphF1('simple'), graphs, {
      perfect: graphs.map(({ reference }) => ({ reference, candidate: reference })),
      swap: ({ reference, candidate }) => ({ reference: candidate, candidate: reference }),
    }),
    caseOf(radCliqMetric('v1'), parts, { perfect: allOne, best: -1.4406903142716 }),
  ];
}

/** Makes the cases of decisions and forecasts. */
export function decisionCases(): Case[] {
  const decisions = (classes: number): Decision[] =>
    listOf(30, () => ({ prediction: random.integer(classes), label: random.integer(classes) }));
  const wanted = (items: readonly Decision[]): Wanted<Decision> => ({
    perfect: items.map(({ label }) => ({ prediction: label, label })),
    swap: ({ prediction, label }) => ({ prediction: label, label: prediction }),
  });
  const [two, three] = [decisions(2), decisions(3)];
  const forecasts = two.map(({ label }) => ({ probability: random.uniform(), label }));
  const certain = two.map(({ label }) => ({ probability: label, label }));
  return [
    ...(['accuracy', 'f1', 'jaccard', 'mcc', 'kappa'] as const).map((name) =>
      caseOf(binaryRate(name), two, wanted(two)),
    ),
    ...(['balancedAccuracy', 'precision', 'specificity', 'informedness'] as const).map((name) =>
      caseOf(binaryRate(name), two, { perfect: wanted(two).perfect }),
    ),
    ...[
      confusionMetric('accuracy', 3, accuracy),
      confusionMetric('kappa', 3, (matrix) => cohenKappa(matrix)),
      confusionMetric('kappa2', 3, (matrix) => cohenKappa(matrix, 'quadratic')),
      confusionMetric('mcc', 3, matthewsCorrelation),
    ].map((metric) => caseOf(metric, three, wanted(three))),
    caseOf(brier(), forecasts, { perfect: certain, best: 0 }),
    caseOf(logLossMetric(), forecasts, { perfect: certain, best: 0 }),
  ];
}
