import { CHEXPERT_FINDINGS, InvalidInputError } from '@cxrkit/core';
import {
  CLINICAL_CONVENTIONS,
  clinicalEfficacy,
  clinicalMetric,
  compareSystems,
  type Labeler,
  type Score,
} from '@cxrkit/eval';
import { openLabeler } from '../../eval/labelers/open-labeler.js';
import type { TableBlock } from '../../eval/page/evaluation-page.js';
import { type Report, readReports } from '../../eval/records/reports.js';
import { badRow } from '../../eval/rows/raw-row.js';
import { adjusted, comparisonJson, comparisonTable, type TestedDifference } from './comparison.js';
import type { Evaluate, Evaluation, EvaluationWork } from './evaluation.js';
import type { LabelsOptions } from './labels-options.js';
import { type LabelledReport, labelsPage } from './labels-page.js';
import { scoresJson, scoreTable } from './score-table.js';

/** Work with what labels its reports. */
interface LabelsWork extends EvaluationWork {
  readonly labeler: Labeler;
}

/** Labels reports, a line each; against references it gives clinical efficacy. */
export const evaluateLabels: Evaluate = async (work) => {
  const options = work.options as LabelsOptions;
  await using labeler = await openLabeler(options.labeler, { ...options, ...work.task });
  return options.against === undefined
    ? await printLabels({ ...work, labeler })
    : await clinical({ ...work, labeler });
};

/** Prints rows as they come, so that any number streams. */
async function printLabels(work: LabelsWork): Promise<Evaluation> {
  const { options, reporter } = work;
  if (options.compare !== undefined || options.bootstrap > 0)
    throw new InvalidInputError('--compare and --bootstrap', '--against FILE', 'none');
  const counts = CHEXPERT_FINDINGS.map((finding) => ({ finding, values: [0, 0, 0, 0] }));
  let n = 0;
  for await (const { id, labels } of reportsOf(work, work.files)) {
    reporter.result(JSON.stringify({ id, labels }));
    for (const { finding, values } of counts) values[COUNTED.indexOf(labels[finding])]++;
    n++;
  }
  if (n === 0) throw new InvalidInputError(work.files.join(', '), 'at least one report', 'none');
  const table = countTable(counts);
  return {
    ...{ n, isPrinted: true, tables: [table], notes: [] },
    json: { labeler: labelerName(work), counts: Object.fromEntries(counts.map(countsOf)) },
    page: () => labelsPage(work, { counts: table }),
  };
}

const COUNTED: readonly (1 | 0 | -1 | null)[] = [1, -1, 0, null];

interface FindingCounts {
  readonly finding: string;
  readonly values: readonly number[];
}

function countsOf({ finding, values }: FindingCounts): [string, object] {
  const [positive, uncertain, negative, blank] = values;
  return [finding, { positive, uncertain, negative, blank }];
}

function countTable(counts: readonly FindingCounts[]): TableBlock {
  return {
    kind: 'table',
    columns: ['finding', 'positive', 'uncertain', 'negative', 'blank'],
    rows: counts.map(({ finding, values }) => [finding, ...values.map((count) => ({ count }))]),
  };
}

/** Compares labels of candidates with those of references. */
async function clinical(work: LabelsWork): Promise<Evaluation> {
  const options = work.options as LabelsOptions;
  const { against = '', conventions = CLINICAL_CONVENTIONS, bootstrap, confidence } = options;
  const { seed = 0 } = options;
  const references = await byId(work, [against]);
  const cases = await joined(work, work.files, references);
  const pairs = cases.map(({ pair }) => pair);
  const labeler = labelerName(work);
  const scores = clinicalEfficacy(
    pairs.map(({ reference }) => reference),
    pairs.map(({ candidate }) => candidate),
    {
      ...{ conventions, labeler },
      ...(bootstrap > 0 && { bootstrap: { replicates: bootstrap, confidence, seed } }),
    },
  );
  const shown = headlines(scores);
  const differences =
    options.compare === undefined ? [] : await compareWith(work, references, cases, shown);
  return {
    n: cases.length,
    json: {
      metrics: scoresJson(scores),
      ...(options.compare !== undefined && { comparison: comparisonJson(differences) }),
    },
    tables: [scoreTable(shown), ...(differences.length > 0 ? [comparisonTable(differences)] : [])],
    notes: [],
    page: () => labelsPage(work, { scores, shown, differences, cases }),
  };
}

function labelerName({ options, labeler }: LabelsWork): string {
  return (options as LabelsOptions).labelsBy ?? labeler.name;
}

/** What papers print of each convention. */
function headlines(scores: readonly Score[]): Score[] {
  return scores.filter(({ name }) =>
    /^(rgrg\.(micro_5|micro_14|example_14)\.\w+|r2gen_compute_ce\.\w+_(macro|micro)|f1chexbert\.(accuracy_top5_exact|report_\d+\.\w+ avg\.f1-score))$/.test(
      name,
    ),
  );
}

async function compareWith(
  work: LabelsWork,
  references: ReadonlyMap<string, Report>,
  cases: readonly LabelledReport[],
  shown: readonly Score[],
): Promise<TestedDifference[]> {
  const { compare = '', trials, seed = 0 } = work.options as LabelsOptions;
  const others = new Map(
    (await joined(work, [compare], references)).map(({ id, pair }) => [id, pair]),
  );
  const second = cases.map(({ id }) => {
    const pair = others.get(id);
    if (pair === undefined) throw new InvalidInputError('--compare', `a report of ${id}`, 'none');
    return pair;
  });
  if (others.size !== cases.length)
    throw new InvalidInputError('--compare', `the same ${cases.length} ids`, others.size);
  const first = cases.map(({ pair }) => pair);
  return adjusted(
    shown
      .filter(({ name }) => /f1/i.test(name))
      .map(({ name }) =>
        compareSystems(first, second, clinicalMetric(name), { replicates: trials, seed }),
      ),
  );
}

function reportsOf(
  { options, skipper, task, labeler }: LabelsWork,
  files: readonly string[],
): AsyncGenerator<Report> {
  return readReports(files, {
    ...{ ...options, ...task, skipper, labeler },
    keepsTexts: options.html !== undefined,
  });
}

async function byId(work: LabelsWork, files: readonly string[]): Promise<Map<string, Report>> {
  const reports = new Map<string, Report>();
  for await (const report of reportsOf(work, files)) reports.set(report.id, report);
  return reports;
}

/** Joins candidates and references by id; what lacks its partner cannot be used. */
async function joined(
  work: LabelsWork,
  files: readonly string[],
  references: ReadonlyMap<string, Report>,
): Promise<LabelledReport[]> {
  const cases: LabelledReport[] = [];
  const seen = new Set<string>();
  const { options, skipper } = work;
  const unsplit = { ...work, options: { ...options, split: undefined } as never };
  for await (const { id, labels, text } of reportsOf(unsplit, files)) {
    seen.add(id);
    const reference = references.get(id);
    if (reference === undefined)
      skipper.skip(badRow(`${JSON.stringify(id)} of ${files.join(', ')}`, 'a reference', 'none'));
    else
      cases.push({
        ...{ id, candidate: text, reference: reference.text },
        pair: { candidate: labels, reference: reference.labels },
      });
  }
  for (const id of references.keys())
    if (!seen.has(id))
      skipper.skip(badRow(`reference ${JSON.stringify(id)}`, 'a candidate', 'none'));
  if (cases.length === 0)
    throw new InvalidInputError(files.join(', '), 'ids that have references', 'none');
  return cases;
}
