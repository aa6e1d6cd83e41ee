import type { Estimate } from './ablation-measure.js';
import type { AblationSummary, Change, RunRow } from './ablation-summary.js';

/** What a reader needs to know of an experiment beside its numbers. */
export interface AblationFacts {
  readonly command: string;
  readonly denoiser: string;
  readonly updates: number;
  /** Name of the features of FID. */
  readonly extractor: string;
  /** Kind of the judge. */
  readonly judge: string;
  /** Where images begin. */
  readonly begin: 'trace' | 'noise';
  /** Real pictures that the images are compared with. */
  readonly real: number;
}

/** @returns The experiment as a page of Markdown. */
export function ablationTable(
  rows: readonly RunRow[],
  summary: AblationSummary,
  { command, denoiser, updates, extractor, judge, begin, real }: AblationFacts,
): string {
  const [{ scores }] = rows;
  const judged = Object.entries(scores.findings)
    .filter(([, names]) => names.length > 0)
    .map(([source, names]) => `${source}: ${names.join(', ')}`)
    .join('; ');
  const runs = rows.map(
    ({ arm, seed, scores: { fid, auroc } }) =>
      `| ${arm} | ${seed} | ${estimate(fid, 2)} | ${auroc ? estimate(auroc, 4) : '-'} |`,
  );
  const means = (['text', 'text+reference'] as const).map((arm) => {
    const { fid, auroc } = summary.means[arm];
    return `| ${arm} | mean | ${significant(fid)} | ${auroc?.toFixed(4) ?? '-'} |`;
  });
  return `# What a reference image is worth

\`${command}\`

Both arms: ${denoiser}, ${updates} updates a training, the same pictures, seeds and labels; ${scores.images} images a training
for the labels of val. The arm with references was trained with them and gets random train pictures with the same positive
findings; the other never sees one. Images begin in noise${begin === 'trace' ? ' with a trace of the reference, without one of the average picture' : ' alone'}.

| arm | seed | FID [range of halvings] | AUROC [95 % over images] |
|---|---|---|---|
${[...runs, ...means].join('\n')}

FID: ${extractor}, ${scores.n} images against ${scores.n} of ${real} real pictures of train and val, mean of random halvings
of these by patient; real against real at the same n: ${estimate(scores.realFid, 2)}. AUROC: the ${judge} classifier on the
images against what was asked, mean over ${judged === '' ? 'no finding, as too few were asked for' : judged}.

| change with the reference, above 0 is better | of the means | 95 % t interval over seeds | 95 % bootstrap interval over seeds |
|---|---|---|---|
| FID falls by | ${changeCells(summary.fid)} |
| AUROC grows by | ${summary.auroc ? changeCells(summary.auroc) : '- | - | -'} |

The t interval is of the mean of the changes of single seeds, paired; the bootstrap one of the change of the means.
CXR-IRGen's paper reports 15.84 % and 1.84 %.
`;
}

function changeCells({ percent, t95, bootstrap95 }: Change): string {
  const interval = (ends: readonly [number, number] | null): string =>
    ends === null ? '-' : `[${ends.map((end) => `${end.toFixed(2)} %`).join(', ')}]`;
  return `${percent.toFixed(2)} % | ${interval(t95)} | ${interval(bootstrap95)}`;
}

function estimate({ value, ci95 }: Estimate, digits: number): string {
  const show = (x: number): string => (digits === 2 ? significant(x) : x.toFixed(digits));
  return `${show(value)} [${ci95.map(show).join(', ')}]`;
}

/** Four digits: how large a FID is depends on the features. */
function significant(value: number): string {
  return String(Number(value.toPrecision(4)));
}
