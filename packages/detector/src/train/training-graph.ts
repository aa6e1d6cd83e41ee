import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import {
  add,
  backboneChannels,
  cast,
  div,
  Graph,
  gather,
  logSumExp,
  maximum,
  minimum,
  mul,
  oneHot,
  reduceSum,
  reshape,
  slice,
  sub,
  transpose,
  unsqueeze,
  type Value,
} from '@cxrkit/nn';
import {
  binaryCrossEntropy,
  crossEntropy,
  type LossTerm,
  smoothL1,
  weightedMean,
} from '@cxrkit/nn/train';
import { anchorCount, type DetectorConfig } from '../network/config.js';
import { mapSide } from '../network/graphs.js';
import {
  boxHead,
  CLASS_COUNT,
  findingLogits,
  poolRegions,
  regionFeatures,
} from '../network/roi-head.js';
import { trunk } from '../network/trunk.js';

/** Shapes of a training batch. */
export interface DetectorShapes {
  readonly batchSize: number;
  readonly anchorSamples: number;
  /** Proposals of an image that the box head samples. */
  readonly roiSamples: number;
}

/** Quadratic part of smooth L1 in torchvision's detectors. */
const BETA = 1 / 9;
const REGIONS = ANATOMICAL_REGIONS.length;

/**
 * Forward graph of a batch with the four losses of Faster R-CNN (Ren et al. 2015) and, where the configuration names
 * findings, the weakly supervised one. Sampling happens on the host.
 */
export function trainingGraph(
  config: DetectorConfig,
  shapes: DetectorShapes,
  findingWeight: number,
): { graph: Graph; losses: Record<string, LossTerm> } {
  const graph = new Graph('training');
  const { batchSize: b, roiSamples } = shapes;
  const pixels = graph.input('pixel_values', 'float32', [b, 1, config.side, config.side]);
  const { map, objectness, deltas } = trunk(pixels, config);
  const [p, side, channels] = [
    config.pooledSize,
    mapSide(config),
    backboneChannels(config.backbone),
  ];
  const boxes = REGIONS + roiSamples;
  const [vertical, horizontal] = ['vertical', 'horizontal'].map((name) =>
    graph.input(name, 'float32', [b, boxes, p, side]),
  );
  const pooled = poolRegions(map, vertical, horizontal); // [B, 29 + R, C, P, P]
  const part = (start: number, end: number): Value =>
    reshape(slice(pooled, [{ axis: 1, start, end }]), [b * (end - start), channels, p, p]);
  const losses: Record<string, LossTerm> = {
    ...proposalLosses(graph, objectness, deltas, config, shapes),
    ...boxLosses(graph, part(REGIONS, boxes), config, shapes),
  };
  // Without findings nothing trains the region features here; their weights are declared all the same, for the next stage.
  if (config.findings.length === 0) regionFeatures(part(0, REGIONS), config);
  else
    losses.findings = {
      value: findingLoss(graph, part(0, REGIONS), config, b),
      weight: findingWeight,
    };
  return { graph, losses };
}

function proposalLosses(
  graph: Graph,
  objectness: Value,
  deltas: Value,
  config: DetectorConfig,
  { batchSize: b, anchorSamples }: DetectorShapes,
): Record<string, LossTerm> {
  const [side, a, s] = [mapSide(config), anchorCount(config), b * anchorSamples];
  const total = b * side * side * a;
  // [B, A, h, w] -> flat in the order (y w + x) A + a
  const scores = reshape(transpose(objectness, [0, 2, 3, 1]), [total]);
  const moves = reshape(transpose(reshape(deltas, [b, a, 4, side, side]), [0, 3, 4, 1, 2]), [
    total,
    4,
  ]);
  const indices = graph.input('rpn_indices', 'int64', [s]);
  const [labels, weights, boxWeights] = ['rpn_labels', 'rpn_weights', 'rpn_box_weights'].map(
    (name) => graph.input(name, 'float32', [s]),
  );
  const targets = graph.input('rpn_deltas', 'float32', [s, 4]);
  const distance = reduceSum(smoothL1(gather(moves, indices), targets, BETA), { axes: [1] });
  return {
    rpn_objectness: {
      value: weightedMean(binaryCrossEntropy(gather(scores, indices), labels), weights),
    },
    rpn_box: { value: perSample(distance, boxWeights, weights) },
  };
}

function boxLosses(
  graph: Graph,
  pooled: Value,
  config: DetectorConfig,
  { batchSize, roiSamples }: DetectorShapes,
): Record<string, LossTerm> {
  const n = batchSize * roiSamples;
  const { logits, deltas } = boxHead(pooled, config);
  const classes = graph.input('roi_classes', 'int64', [n]);
  const [weights, boxWeights] = ['roi_class_weights', 'roi_box_weights'].map((name) =>
    graph.input(name, 'float32', [n]),
  );
  const targets = graph.input('roi_deltas', 'float32', [n, 4]);
  // Each class has its own four deltas: take those of the true class.
  const chosen = unsqueeze(cast(oneHot(classes, CLASS_COUNT), 'float32'), 2);
  const own = reduceSum(mul(reshape(deltas, [n, CLASS_COUNT, 4]), chosen), { axes: [1] });
  const distance = reduceSum(smoothL1(own, targets, BETA), { axes: [1] });
  return {
    roi_class: { value: weightedMean(crossEntropy(logits, classes), weights) },
    roi_box: { value: perSample(distance, boxWeights, weights) },
  };
}

/** Sum over the finds divided by all that were sampled. */
function perSample(values: Value, boxWeights: Value, weights: Value): Value {
  return div(reduceSum(mul(values, boxWeights)), maximum(reduceSum(weights), 1));
}

/** Image labels against the log-mean-exp of the regions' logits (multiple-instance learning). */
function findingLoss(graph: Graph, pooled: Value, config: DetectorConfig, b: number): Value {
  const f = config.findings.length;
  const logits = reshape(findingLogits(regionFeatures(pooled, config), config), [b, REGIONS, f]);
  const mask = graph.input('region_mask', 'float32', [b, REGIONS]);
  const hidden = mul(unsqueeze(sub(mask, 1), 2), 1e4);
  const image = sub(logSumExp(add(logits, hidden), 1), Math.log(REGIONS));
  const labels = graph.input('finding_labels', 'float32', [b, f]);
  const known = graph.input('finding_weights', 'float32', [b, f]);
  // A picture without boxes says nothing about its regions.
  const hasRegions = minimum(reduceSum(mask, { axes: [1], keepDims: true }), 1);
  return weightedMean(binaryCrossEntropy(image, labels), mul(known, hasRegions));
}
