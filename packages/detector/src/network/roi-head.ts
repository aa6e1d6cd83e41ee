import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import {
  linear,
  matmul,
  normalInitializer,
  reduceMean,
  relu,
  reshape,
  staticDim,
  transpose,
  transposeLast,
  type Value,
} from '@cxrkit/nn';
import type { DetectorConfig } from './config.js';

/** Regions and background. */
export const CLASS_COUNT: number = ANATOMICAL_REGIONS.length + 1;

/**
 * Pools boxes out of a feature map by interpolation matrices (RoIAlign; see `roiAlignMatrices`).
 *
 * @param map - `[B, C, h, w]`.
 * @param vertical - `[B, R, P, h]`.
 * @param horizontal - `[B, R, P, w]`.
 * @returns `[B, R, C, P, P]`.
 */
export function poolRegions(map: Value, vertical: Value, horizontal: Value): Value {
  const [b, c, h, w] = map.dims;
  const [, r, p] = vertical.dims;
  const channels = staticDim(c, 'channels');
  const width = staticDim(w, 'map width');
  const pooled = staticDim(p, 'pooled size');
  const rows = typeof r === 'number' ? r * pooled : `${r}*${pooled}`;
  // One product over rows for all channels, then a small one over columns for each region.
  const columns = reshape(transpose(map, [0, 2, 1, 3]), [b, h, channels * width]);
  const byRow = matmul(reshape(vertical, [b, rows, h]), columns); // [B, R*P, C*w]
  const both = matmul(reshape(byRow, [b, r, pooled * channels, width]), transposeLast(horizontal)); // [B, R, P*C, P]
  return transpose(reshape(both, [b, r, pooled, channels, pooled]), [0, 1, 3, 2, 4]);
}

/** What the box head says of each pooled box. */
export interface BoxHeadValues {
  /** `[N, classes]` */
  readonly logits: Value;
  /** `[N, classes * 4]` */
  readonly deltas: Value;
}

/** fc6, fc7 and the two predictors on pooled boxes `[N, C, P, P]`. */
export function boxHead(pooled: Value, config: DetectorConfig): BoxHeadValues {
  const name = 'object_detector.roi_heads';
  const [n, ...rest] = pooled.dims;
  const size = rest.reduce<number>((product, dim) => product * staticDim(dim, 'pooled box'), 1);
  const flat = reshape(pooled, [n, size]);
  const h = relu(
    linear(
      relu(linear(flat, `${name}.box_head.fc6`, config.headWidth)),
      `${name}.box_head.fc7`,
      config.headWidth,
    ),
  );
  return {
    logits: linear(h, `${name}.box_predictor.cls_score`, CLASS_COUNT),
    deltas: linear(h, `${name}.box_predictor.bbox_pred`, 4 * CLASS_COUNT, {
      initializer: normalInitializer(0.001),
    }),
  };
}

/** Region features: mean over the bins of `[N, C, P, P]`, then a linear layer without activation -> `[N, D]`. */
export function regionFeatures(pooled: Value, config: DetectorConfig): Value {
  const mean = reduceMean(pooled, { axes: [2, 3] });
  return linear(mean, 'object_detector.roi_heads.dim_reduction', config.regionFeatures);
}

/** Logits of the findings in each region, from `[N, D]`; only where the configuration names findings. */
export function findingLogits(features: Value, config: DetectorConfig): Value {
  return linear(relu(features), 'finding_head', config.findings.length);
}
