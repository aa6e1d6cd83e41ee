import { stat } from 'node:fs/promises';
import { loadClipClassifier } from '@cxrkit/clip-classifier';
import { ImageDecodeError, InvalidInputError, type TaskOptions } from '@cxrkit/core';
import { type GrayImage, readImage } from '@cxrkit/core/image';
import { extractFeatures, type FeatureExtractor, type FeatureMatrix } from '@cxrkit/eval';
import { findImages } from '../../inputs/find-images.js';
import { openStage } from '../../pipeline/open-stage.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { badRow, type RowSkipper } from '../rows/raw-row.js';
import { readNpy } from './npy.js';

/** Features of pictures. */
export interface ImageFeatures extends FeatureMatrix {
  /** Path or row of each. */
  readonly names: readonly string[];
}

/** Features of two sets of pictures, real ones first. */
export type FeatureSets = readonly [real: ImageFeatures, generated: ImageFeatures];

/** How pictures become features. */
interface FeatureOptions extends Pick<GlobalOptions, 'models' | 'device' | 'threads' | 'offline'> {
  readonly task: TaskOptions;
  readonly skipper: RowSkipper;
}

/**
 * Reads the features of two sets: from two .npy files, or from two folders of pictures by the image encoder of a
 * classifier.
 *
 * @throws {@link InvalidInputError} if one is a folder and the other is none.
 */
export async function readFeatureSets(
  [real, generated]: readonly [string, string],
  options: FeatureOptions,
): Promise<FeatureSets> {
  if ((await isFolder(real)) !== (await isFolder(generated)))
    throw new InvalidInputError('FILE', 'two folders or two .npy files', [real, generated]);
  return [await readFeatures(real, options), await readFeatures(generated, options)];
}

/**
 * Reads features from a .npy file, or of a folder of pictures by the image encoder of a classifier: pooled features,
 * before the projection to the space shared with texts.
 *
 * @throws {@link InvalidInputError} if there is none; {@link ModelLoadError}.
 */
export async function readFeatures(path: string, options: FeatureOptions): Promise<ImageFeatures> {
  if (!(await isFolder(path))) return await readFeatureFile(path, options);
  const { models, offline, device, threads, task } = options;
  const { path: model, info } = await openStage('clip-classifier', { ...task, models, offline });
  await using encoder = await loadClipClassifier({
    ...{ model, device, signal: task.signal },
    ...(threads !== undefined && { threads }),
  });
  const extractor: FeatureExtractor<GrayImage> = {
    id: `${info.name}@${info.version}/pooled`,
    extract: async (images) => {
      const rows: Float32Array[] = [];
      for (const image of images) rows.push((await encoder.encodeImage(image, task)).features);
      return { dims: [rows.length, rows[0].length], data: joined(rows) };
    },
  };
  return await encodeFolder(path, extractor, options);
}

/** @returns Whether there is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** @returns Pictures of a folder and those below it. */
export async function picturesOf(folder: string): Promise<readonly string[]> {
  const { images, failures } = await findImages([folder]);
  if (failures.length > 0) throw failures[0].error;
  return images;
}

/** Reads a picture, or skips it where that is allowed. */
export async function readOrSkip(
  path: string,
  { task, skipper }: Pick<FeatureOptions, 'task' | 'skipper'>,
): Promise<GrayImage | undefined> {
  try {
    return (await readImage(path, { signal: task.signal })).image;
  } catch (error) {
    if (!(error instanceof ImageDecodeError)) throw error;
    skipper.skip(badRow(path, 'a picture', error.message));
    return undefined;
  }
}

async function encodeFolder(
  folder: string,
  extractor: FeatureExtractor<GrayImage>,
  options: FeatureOptions,
): Promise<ImageFeatures> {
  const names: string[] = [];
  async function* images(): AsyncGenerator<GrayImage> {
    for (const path of await picturesOf(folder)) {
      const image = await readOrSkip(path, options);
      if (image === undefined) continue;
      names.push(path);
      yield image;
    }
  }
  return { ...(await extractFeatures(extractor, images(), options.task)), names };
}

async function readFeatureFile(path: string, { skipper }: FeatureOptions): Promise<ImageFeatures> {
  const { dims, data } = await readNpy(path);
  const [n, d] = dims;
  const names: string[] = [];
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from(data.subarray(i * d, (i + 1) * d));
    const stranger = row.find((value) => !Number.isFinite(value));
    if (stranger === undefined) {
      rows.push(row);
      names.push(`row ${i + 1}`);
    } else skipper.skip(badRow(`row ${i + 1} of ${path}`, 'finite numbers', stranger));
  }
  if (rows.length === 0) throw new InvalidInputError(path, 'at least one row', 'none');
  return { dims: [rows.length, d], data: joined(rows), names };
}

function joined(rows: readonly (Float32Array | Float64Array)[]): Float64Array {
  const [{ length }] = rows;
  const data = new Float64Array(rows.length * length);
  for (const [i, row] of rows.entries()) data.set(row, i * length);
  return data;
}
