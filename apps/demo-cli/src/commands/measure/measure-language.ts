import type { ModelScore } from '@cxrkit/core/model';
import { LanguageModule } from '@cxrkit/cxr-irgen/train';
import { bleu, mergeStats, type TextPair } from '@cxrkit/eval';
import { findingsOfReport } from '@cxrkit/report-gen/train';
import { labelReports } from '../train/label-reports.js';
import { loaderOptions, type Measure, visit } from './measurement.js';
import { mean, measured } from './score.js';

interface Returned {
  readonly pair: TextPair;
  readonly isSame: boolean;
  readonly saysSame: boolean;
}

/** How well reports come back through one vector: one wording of each picture's labels, by the grammar of the training. */
export const measureLanguage: Measure = async ({ items, model, options, context, task }) => {
  await using language = await LanguageModule.open({ model, ...loaderOptions(options) });
  const { seed } = context;
  const reports = items.flatMap((item, index) => {
    const [report] = labelReports(item, index, seed);
    return report === undefined ? [] : [{ ...item, report }];
  });
  const returned = await visit(reports, task, async ({ report, image }): Promise<Returned> => {
    const vector = await language.encode(report, task);
    const { report: candidate } = await language.decode(vector, { signal: task.signal });
    const [asked, said] = [report, candidate].map((text) => JSON.stringify(findingsOfReport(text)));
    const pair = { id: image, candidate, references: [report] };
    return { pair, isSame: candidate === report, saysSame: asked === said };
  });
  const dataset = [...new Set(reports.map(({ source }) => source))].join(' + ');
  const share = (name: string, of: (one: Returned) => boolean): ModelScore[] =>
    measured(name, dataset, returned, (some) => mean(some.map((one) => Number(of(one)))), context);
  const metric = bleu({ order: 4 });
  return [
    ...share('reports given back word for word', ({ isSame }) => isSame),
    ...share('reports given back with the same findings', ({ saysSame }) => saysSame),
    ...measured(
      'BLEU-4 of the report given back',
      dataset,
      returned.map(({ pair }) => metric.stats(pair)),
      (some) => metric.finalise(some.reduce(mergeStats, new Float64Array(metric.length))),
      context,
    ),
  ];
};
