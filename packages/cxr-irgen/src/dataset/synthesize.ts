import { InvalidInputError, type ProgressEvent } from '@cxrkit/core';
import type { PairGenerator } from '../pairs/pair-generator.js';
import { checkJudgeable, checkPairMaking, type GeneratedPair } from '../pairs/pair-options.js';
import type { PartOrigin } from '../parts/architectures.js';
import { configurationOf } from './configuration.js';
import { DatasetFolder } from './dataset-folder.js';
import type {
  SynthesisRow,
  SynthesisSummary,
  SynthesizeDatasetOptions,
} from './dataset-options.js';
import { DISK, type Disk } from './disk.js';
import { DATASET_IMAGE_FORMATS } from './image-format.js';
import { findingCodes, type ManifestEntry } from './manifest-entry.js';
import { datasetTables } from './tables.js';

/** A row with the numbers of its pairs in the whole set. */
interface PlannedRow {
  readonly row: SynthesisRow;
  readonly indices: readonly number[];
}

/**
 * Writes a data set, or what an earlier call left undone of it.
 *
 * @param disk - Where data go; tests give one that fails.
 */
export async function synthesize(
  generator: PairGenerator,
  models: Readonly<Record<string, PartOrigin>>,
  options: SynthesizeDatasetOptions,
  disk: Disk = DISK,
): Promise<SynthesisSummary> {
  const { out, split = 'train', format = 'png', signal } = options;
  signal?.throwIfAborted();
  const plan = planRows(generator, options);
  const total = plan.reduce((sum, { indices }) => sum + indices.length, 0);
  const sampling = generator.images.settle(options);
  const configuration = configurationOf(options, { models, sampling, total });
  await using folder = await DatasetFolder.open(out, configuration, { total, format }, disk);
  const todo = plan.map(({ row, indices }) => ({
    ...{ row, indices: indices.filter((index) => !folder.isDone(index)) },
  }));
  const resumed = total - todo.reduce((sum, { indices }) => sum + indices.length, 0);
  let done = resumed;
  const { name, version } = models.vision;
  for (const planned of todo) {
    const progress = { done, total };
    for await (const { pair, isKept } of pairsOf(generator, planned, options, progress)) {
      const index = pair.seed - (options.seed ?? 0);
      const entry = entryOf(pair, folder.imageName(index), `${name}@${version}`);
      if (isKept) {
        await folder.add(index, pair.image, entry);
        options.onPair?.(entry, pair);
      } else {
        const score = pair.agreement?.score ?? null;
        await folder.reject({ index, seed: pair.seed, prompt: pair.prompt, score });
      }
    }
    done += planned.indices.length;
  }
  const { entries, rejected } = folder;
  await folder.writeFiles(datasetTables(entries, { side: generator.images.side, split }));
  return { out, total, kept: entries.length, rejected, resumed };
}

/** Numbers the pairs; all rows are checked before the first is made. */
function planRows(generator: PairGenerator, options: SynthesizeDatasetOptions): PlannedRow[] {
  const { rows, seed = 0, format = 'png' } = options;
  if (rows.length === 0) throw new InvalidInputError('rows', 'at least one row', 'none');
  checkPairMaking(options);
  checkJudgeable(options, rows);
  if (!DATASET_IMAGE_FORMATS.includes(format))
    throw new InvalidInputError('format', `one of ${DATASET_IMAGE_FORMATS.join(', ')}`, format);
  let next = 0;
  const plan = rows.map((row): PlannedRow => {
    const { count = 1 } = row;
    if (!Number.isSafeInteger(count) || count < 1)
      throw new InvalidInputError('count', 'a whole number of 1 or more', count);
    generator.images.checkSubject(row);
    const start = next;
    next += count;
    if (next > 2 ** 32)
      throw new InvalidInputError('count', `at most ${2 ** 32} pairs in all`, next);
    return { row, indices: Array.from({ length: count }, (_, k) => start + k) };
  });
  if (!Number.isInteger(seed) || seed < 0 || seed + next > 2 ** 32)
    throw new InvalidInputError('seed', `a whole number from 0 to ${2 ** 32 - next}`, seed);
  return plan;
}

function pairsOf(
  generator: PairGenerator,
  { row, indices }: PlannedRow,
  { rows: _rows, out: _out, onPair: _onPair, seed = 0, ...options }: SynthesizeDatasetOptions,
  { done, total }: { readonly done: number; readonly total: number },
): ReturnType<PairGenerator['generate']> {
  const { findings, prompt, reference, truncate } = row;
  const seeds = indices.map((index) => seed + index);
  const { onProgress } = options;
  const tell = (event: ProgressEvent): void => {
    if (onProgress === undefined) return;
    const steps = (event.total ?? 0) / seeds.length;
    const completed = done * steps + event.completed;
    const image = Math.min(total, Math.floor((completed - 1) / steps) + 1);
    const subject = `image ${image} of ${total}`;
    onProgress({ ...event, completed, total: total * steps, subject });
  };
  return generator.generate({
    ...{ ...options, findings, prompt, reference, truncate },
    ...{ seeds, onProgress: tell },
  });
}

function entryOf(pair: GeneratedPair, image: string, model: string): ManifestEntry {
  const { report, findings, prompt, referenceId, seed, agreement, warnings } = pair;
  return {
    ...{ image, report },
    findings: findings && findingCodes(findings),
    ...{ prompt, reference: referenceId, seed, agreement, model },
    ...(warnings.length > 0 && { warnings }),
  };
}
