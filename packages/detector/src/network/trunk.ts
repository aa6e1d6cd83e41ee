import {
  backbone,
  conv2d,
  normalInitializer,
  relu,
  SEQUENTIAL_NAMES,
  type Value,
} from '@cxrkit/nn';
import { anchorCount, type DetectorConfig } from './config.js';

/** What the trunk and the proposal network see in a picture. */
export interface TrunkOutput {
  /** `[B, C, h, w]` */
  readonly map: Value;
  /** `[B, A, h, w]` logits. */
  readonly objectness: Value;
  /** `[B, 4 A, h, w]`, channel a 4 + {dx, dy, dw, dh}. */
  readonly deltas: Value;
}

const initializer = normalInitializer(0.01);

/** Backbone and region proposal network (Ren et al. 2015), with RGRG's key names. */
export function trunk(pixels: Value, config: DetectorConfig): TrunkOutput {
  const map = backbone(pixels, 'object_detector.backbone', config.backbone, SEQUENTIAL_NAMES);
  const name = 'object_detector.rpn.head';
  const hidden = relu(conv2d(map, `${name}.conv`, config.rpnWidth, 3, { padding: 1, initializer }));
  return {
    map,
    objectness: conv2d(hidden, `${name}.cls_logits`, anchorCount(config), 1, { initializer }),
    deltas: conv2d(hidden, `${name}.bbox_pred`, 4 * anchorCount(config), 1, { initializer }),
  };
}
