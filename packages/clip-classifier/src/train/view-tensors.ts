import { float32, type LabelledImage, type Tensor, type Tensors } from '@cxrkit/core';
import type { ClipPreprocessing } from '../network/config.js';
import { type AugmentOptions, drawView, type PictureCache, viewRandom } from './views.js';

/** How the views of a batch are drawn. */
export interface ViewOptions {
  readonly preprocessing: ClipPreprocessing;
  readonly channels: 1 | 3;
  readonly augmentation: AugmentOptions;
  readonly seed: number;
  /** Views of each picture; all first views stand before all second ones. */
  readonly views: number;
}

/** Draws augmented views of the pictures of batch `index`: `[views * N, C, S, S]`. */
export async function viewTensor(
  items: readonly LabelledImage[],
  cache: PictureCache,
  index: number,
  { preprocessing, channels, augmentation, seed, views }: ViewOptions,
): Promise<Tensor> {
  const { side } = preprocessing;
  const area = side * side;
  const pictures = await Promise.all(items.map((item) => cache.get(item)));
  const values = new Float32Array(views * items.length * channels * area);
  for (let view = 0; view < views; view++)
    for (const [row, picture] of pictures.entries()) {
      const random = viewRandom(seed, index, row, view);
      const drawn = drawView(picture, preprocessing, augmentation, random);
      for (let c = 0; c < channels; c++)
        values.set(drawn, ((view * items.length + row) * channels + c) * area);
    }
  return float32(values, [views * items.length, channels, side, side]);
}

/** `labels [N, F]` and `label_weights [N, F]` (0 where unknown). */
export function labelTensors(
  items: readonly LabelledImage[],
  findings: readonly string[],
): Tensors {
  const known = items.flatMap(({ findings: labels }) => findings.map((finding) => labels[finding]));
  const dims = [items.length, findings.length];
  return {
    labels: float32(
      Float32Array.from(known, (value) => value ?? 0),
      dims,
    ),
    label_weights: float32(
      Float32Array.from(known, (value) => (value === undefined ? 0 : 1)),
      dims,
    ),
  };
}
