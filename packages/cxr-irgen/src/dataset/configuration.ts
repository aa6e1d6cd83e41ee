import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstDifference, InvalidInputError } from '@cxrkit/core';
import { settleReport, settleReportTries } from '../pairs/pair-options.js';
import type { PartOrigin } from '../parts/architectures.js';
import { formatFindings } from '../prompt/index.js';
import { pictureId, type Reference } from '../reference/reference.js';
import type { Sampling } from '../vision/sampling.js';
import type { SynthesisRow, SynthesizeDatasetOptions } from './dataset-options.js';
import { type Disk, writeWhole } from './disk.js';

/** Name of the file that says what a folder was made with. */
export const CONFIGURATION_FILE = 'synthesis.json';

/** Everything that decides what a folder comes to hold. */
export type Configuration = Readonly<Record<string, unknown>>;

/** Gathers the configuration of a call; what it leaves out does not change a result. */
export function configurationOf(
  options: SynthesizeDatasetOptions,
  {
    models,
    sampling,
    total,
  }: {
    readonly models: Readonly<Record<string, PartOrigin>>;
    readonly sampling: Sampling;
    readonly total: number;
  },
): Configuration {
  const { rows, seed = 0, split = 'train', format = 'png', from, mask, batchSize = 1 } = options;
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(rowIdentity(row))}\n`);
  return {
    formatVersion: 1,
    synthetic: true,
    notAMedicalDevice: true,
    models,
    sampling: identityOf(sampling),
    batchSize,
    ...{ seed, split, total, format },
    rows: { count: rows.length, sha256: hash.digest('hex') },
    from: from ? { image: pictureId(from.image), strength: from.strength ?? null } : null,
    mask: mask ? pictureId(mask) : null,
    report: settleReport(options),
    judges: { classifier: Boolean(options.classifier), labeler: Boolean(options.labeler) },
    reportTries: settleReportTries(options),
    minAgreement: options.minAgreement ?? null,
  };
}

/** A folder that was begun before there was a choice of it had the empty one. */
function identityOf({ nullCondition, ...sampling }: Sampling): unknown {
  return nullCondition === 'empty' ? sampling : { ...sampling, nullCondition };
}

function rowIdentity(row: SynthesisRow): unknown[] {
  const { findings, prompt = null, reference, count = 1, truncate = false } = row;
  const asked = findings ? formatFindings(findings) : null;
  return [asked, prompt, referenceIdentity(reference), count, truncate];
}

function referenceIdentity(reference: Reference | undefined): unknown {
  if (reference === undefined) return null;
  if ('image' in reference) return [reference.id ?? null, pictureId(reference.image)];
  if ('read' in reference) return [reference.id, reference.digest];
  const { table, pick = 'first', exclude = null } = reference;
  return [table.sha256, pick, exclude];
}

/**
 * Compares the configuration with that of the folder, or writes it where there is none yet.
 *
 * @param isEmpty - Whether the folder holds no pairs.
 * @throws {@link InvalidInputError} if the folder was made with another one.
 */
export async function claimConfiguration(
  folder: string,
  wanted: Configuration,
  isEmpty: boolean,
  disk: Disk,
): Promise<void> {
  const path = join(folder, CONFIGURATION_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    if (!isEmpty) throw refusal(folder, `pairs without ${CONFIGURATION_FILE}`);
    await writeWhole(disk, path, `${JSON.stringify(wanted, null, 2)}\n`);
    return;
  }
  // As it will be read: JSON has no `undefined`.
  const own = JSON.parse(JSON.stringify(wanted)) as Configuration;
  const there = parse(text);
  const found = firstDifference(own, there);
  if (found !== undefined)
    throw refusal(
      folder,
      `one with ${found.path} ${short(found.other)} instead of ${short(found.own)}`,
    );
}

function refusal(folder: string, found: string): InvalidInputError {
  return new InvalidInputError(
    'out',
    'a new folder, or one that the same configuration has begun',
    found,
    `${folder} stays as it is. Give another folder.`,
  );
}

function parse(text: string): Configuration {
  try {
    return JSON.parse(text) as Configuration;
  } catch {
    return {};
  }
}

function short(value: unknown): string {
  const text = (JSON.stringify(value) ?? 'nothing').replaceAll('"', '');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
