import {
  type ChexpertFinding,
  InvalidInputError,
  ModelOutputError,
  type TaskOptions,
} from '@cxrkit/core';
import { type Label, type LabelRow, labelRow } from './label-row.js';
import type { Labeler } from './labeler.js';

/** The heads of CheXbert in their order (Smit et al. 2020, `constants.py`). */
export const CHEXBERT_HEADS: readonly ChexpertFinding[] = [
  'Enlarged Cardiomediastinum',
  'Cardiomegaly',
  'Lung Opacity',
  'Lung Lesion',
  'Edema',
  'Consolidation',
  'Pneumonia',
  'Atelectasis',
  'Pneumothorax',
  'Pleural Effusion',
  'Pleural Other',
  'Fracture',
  'Support Devices',
  'No Finding',
];

/** What the adapter needs of a CheXbert, wherever it runs. */
export interface ChexbertModel {
  /** Turns text into ids of bert-base-uncased, with `[CLS]` first and `[SEP]` last. */
  encode(text: string): readonly number[] | Promise<readonly number[]>;
  /**
   * Runs the network on one report.
   *
   * @param ids - `[T]`, at most 512.
   * @returns Logits of the 14 heads of {@link CHEXBERT_HEADS}: `[4]` blank, positive, negative, uncertain each, and `[2]`
   * blank, positive for "No Finding".
   */
  run(ids: readonly number[]): Promise<readonly ArrayLike<number>[]>;
  /** @defaultValue `'chexbert'` */
  readonly name?: string;
}

/** Longest input of BERT, in word pieces with both special ones. */
const MAX_PIECES = 512;

/** What the classes of a head mean, in their order. */
const CLASSES: readonly Label[] = [null, 1, 0, -1];

/**
 * Makes a labeler of a CheXbert checkpoint that the caller runs; its weights are Stanford's and are not shipped.
 *
 * Texts are prepared as CheXbert does: white space to single spaces, cut after 511 word pieces with the last one kept.
 * Throws {@link ModelOutputError} from `label` if the logits have another shape or are not finite, and
 * {@link InvalidInputError} if `encode` gives no ids.
 */
export function chexbertLabeler({ encode, run, name = 'chexbert' }: ChexbertModel): Labeler {
  const labelOne = async (report: string): Promise<LabelRow> => {
    const ids = await encode(report.trim().replace(/\s+/g, ' '));
    if (ids.length < 2)
      throw new InvalidInputError('encode', 'ids with [CLS] first and [SEP] last', ids);
    const row = labelsOf(await run(cut(ids)));
    return labelRow((finding) => row.get(finding) ?? null);
  };
  return {
    name,
    async label(reports, { signal, onProgress }: TaskOptions = {}) {
      const rows: LabelRow[] = [];
      for (const report of reports) {
        signal?.throwIfAborted();
        rows.push(await labelOne(report));
        onProgress?.({
          phase: 'evaluate',
          completed: rows.length,
          total: reports.length,
          unit: 'steps',
        });
      }
      return rows;
    },
  };
}

function cut(ids: readonly number[]): readonly number[] {
  return ids.length <= MAX_PIECES ? ids : [...ids.slice(0, MAX_PIECES - 1), ids[ids.length - 1]];
}

function labelsOf(logits: readonly ArrayLike<number>[]): Map<ChexpertFinding, Label> {
  if (logits.length !== CHEXBERT_HEADS.length)
    throw new ModelOutputError(
      `Expected logits of ${CHEXBERT_HEADS.length} heads of CheXbert, got ${logits.length}.`,
    );
  return new Map(
    CHEXBERT_HEADS.map((finding, i) => [finding, CLASSES[bestClass(finding, logits[i])]]),
  );
}

function bestClass(finding: ChexpertFinding, logits: ArrayLike<number>): number {
  const classes = finding === 'No Finding' ? 2 : CLASSES.length;
  const values = Array.from(logits);
  if (values.length !== classes || !values.every(Number.isFinite))
    throw new ModelOutputError(
      `Expected ${classes} finite logits for "${finding}", got [${values.join(', ')}].`,
    );
  return values.indexOf(Math.max(...values));
}
