import { InvalidInputError, type TaskOptions } from '@cxrkit/core';
import {
  type FeatureStatistics,
  featureStatistics,
  mergeFeatureStatistics,
} from './feature-statistics.js';
import { type FeatureMatrix, featureRows } from './features.js';

/** Turns images into feature vectors: any image encoder with its own resizing. */
export interface FeatureExtractor<Image> {
  /** Names weights, layer and resizing; stands in the signature of every score. */
  readonly id: string;
  /** @returns `[images.length, d]` */
  extract(images: readonly Image[]): Promise<FeatureMatrix>;
}

/** Options of {@link extractFeatures} and {@link extractStatistics}. */
export interface ExtractOptions extends TaskOptions {
  /**
   * Images a call of the extractor.
   * @defaultValue 16
   */
  readonly batchSize?: number;
}

/**
 * Extracts the features of all images.
 *
 * @throws {@link InvalidInputError} for no images, a batch size below 1, or an extractor that gives other rows than asked.
 */
export async function extractFeatures<Image>(
  extractor: FeatureExtractor<Image>,
  images: Iterable<Image> | AsyncIterable<Image>,
  options: ExtractOptions = {},
): Promise<FeatureMatrix> {
  const batches: FeatureMatrix[] = [];
  for await (const batch of featureBatches(extractor, images, options)) batches.push(batch);
  if (batches.length === 0) throw new InvalidInputError('images', 'at least one image', []);
  const d = batches[0].dims[1];
  const n = batches.reduce((sum, { dims }) => sum + dims[0], 0);
  const data = new Float64Array(n * d);
  let at = 0;
  for (const batch of batches) {
    if (batch.dims[1] !== d)
      throw new InvalidInputError('extract()', `rows of ${d} values`, batch.dims[1]);
    data.set(batch.data, at);
    at += batch.data.length;
  }
  return { dims: [n, d], data, extractor: extractor.id };
}

/** Extracts features and keeps their sums only, so that any number of images streams. @throws {@link InvalidInputError} as {@link extractFeatures}. */
export async function extractStatistics<Image>(
  extractor: FeatureExtractor<Image>,
  images: Iterable<Image> | AsyncIterable<Image>,
  options: ExtractOptions = {},
): Promise<FeatureStatistics> {
  let sum: FeatureStatistics | undefined;
  for await (const batch of featureBatches(extractor, images, options)) {
    const part = featureStatistics(batch);
    sum = sum === undefined ? part : mergeFeatureStatistics(sum, part);
  }
  if (sum === undefined) throw new InvalidInputError('images', 'at least one image', []);
  return sum;
}

async function* featureBatches<Image>(
  extractor: FeatureExtractor<Image>,
  images: Iterable<Image> | AsyncIterable<Image>,
  { batchSize = 16, signal, onProgress }: ExtractOptions,
): AsyncGenerator<FeatureMatrix> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new InvalidInputError('batchSize', 'a whole number of at least 1', batchSize);
  let batch: Image[] = [];
  let completed = 0;
  async function extract(): Promise<FeatureMatrix> {
    signal?.throwIfAborted();
    const features = await extractor.extract(batch);
    featureRows(features, 'extract()');
    if (features.dims[0] !== batch.length)
      throw new InvalidInputError('extract()', `${batch.length} rows`, features.dims[0]);
    completed += batch.length;
    onProgress?.({ phase: 'evaluate', completed, unit: 'images', subject: extractor.id });
    batch = [];
    return { ...features, extractor: extractor.id };
  }
  for await (const image of images) {
    batch.push(image);
    if (batch.length === batchSize) yield await extract();
  }
  if (batch.length > 0) yield await extract();
}
