import { relative } from 'node:path';
import { InvalidInputError } from '@cxrkit/core';
import {
  bootstrapScore,
  type Metric,
  msSsim,
  psnr,
  resampled,
  type Score,
  score,
  ssim,
} from '@cxrkit/eval';
import { isFolder, picturesOf, readOrSkip } from '../../eval/records/image-features.js';
import { badRow } from '../../eval/rows/raw-row.js';
import { StatisticsTable } from '../../eval/text/statistics-table.js';
import type { Evaluation, EvaluationWork } from './evaluation.js';
import type { ImagesOptions } from './images-options.js';
import { imagesPage } from './images-page.js';
import { scoreJson, scoreTable } from './score-table.js';

/** Compares pictures of the same name below both folders: SSIM, MS-SSIM, PSNR. */
export async function evaluatePairedImages(
  work: EvaluationWork,
  sides: readonly [string, string],
): Promise<Evaluation> {
  const { skipper, task } = work;
  const options = work.options as ImagesOptions;
  const metrics = [ssim(), msSsim(), psnr()];
  const tables = metrics.map((metric) => new StatisticsTable([metric], { keepsRows: true }));
  const names = await pairedNames(work, sides);
  for (const [i, [reference, image]] of names.entries()) {
    task.signal?.throwIfAborted();
    const pair = {
      reference: await readOrSkip(reference, { task, skipper }),
      image: await readOrSkip(image, { task, skipper }),
    };
    if (pair.reference === undefined || pair.image === undefined) continue;
    const read = { reference: pair.reference, image: pair.image };
    try {
      for (const [m, table] of tables.entries())
        if (m !== 1 || Math.min(read.image.width, read.image.height) > 160) table.add(read);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      skipper.skip(badRow(image, 'the size of its reference', error.message));
    }
    task.onProgress?.({
      ...{ phase: 'evaluate', completed: i + 1, total: names.length, unit: 'images' },
    });
  }
  const scores = metrics.map((metric, m) => pairedScore(metric, tables[m], options));
  return {
    n: tables[0].n,
    json: { metrics: Object.fromEntries(scores.map((one) => [one.name, scoreJson(one)])) },
    tables: [scoreTable(scores)],
    notes: [],
    page: () =>
      imagesPage(sides, {
        facts: [],
        note: 'Each picture against the one of the same name: 1 is equal by SSIM and MS-SSIM; PSNR is in dB, higher is nearer.',
        scores,
      }),
  };
}

function pairedScore<Item>(
  { name, convention }: Metric<Item>,
  table: StatisticsTable<Item>,
  { bootstrap, confidence, seed = 0 }: ImagesOptions,
): Score {
  const reason = table.n === 0 ? 'no pair is large enough' : 'images equal their references';
  const value = table.value(0);
  if (value === null || bootstrap === 0)
    return score(name, convention, table.n, value, value === null ? { reason } : {});
  const statistic = resampled(table.metricOfRows(0), table.rows(0));
  return bootstrapScore({ name, convention }, statistic, {
    replicates: bootstrap,
    confidence,
    seed,
  });
}

/** @returns Pictures of both folders whose path below them is the same. */
async function pairedNames(
  { skipper }: EvaluationWork,
  [real, generated]: readonly [string, string],
): Promise<(readonly [string, string])[]> {
  for (const side of [real, generated])
    if (!(await isFolder(side))) throw new InvalidInputError('--paired', 'two folders', side);
  const references = new Map((await picturesOf(real)).map((path) => [relative(real, path), path]));
  const pairs: (readonly [string, string])[] = [];
  for (const image of await picturesOf(generated)) {
    const name = relative(generated, image);
    const reference = references.get(name);
    if (reference === undefined)
      skipper.skip(badRow(image, `a picture of this name in ${real}`, 'none'));
    else pairs.push([reference, image]);
    references.delete(name);
  }
  for (const path of references.values())
    skipper.skip(badRow(path, `a picture of this name in ${generated}`, 'none'));
  if (pairs.length === 0)
    throw new InvalidInputError(generated, `pictures of the names in ${real}`, 'none');
  return pairs;
}
