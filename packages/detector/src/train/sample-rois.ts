import {
  ANATOMICAL_REGIONS,
  createRandom,
  float32,
  int64,
  type Tensor,
  type Tensors,
} from '@cxrkit/core';
import { cellAnchors, gridAnchors } from '../geometry/anchors.js';
import { filterProposals } from '../geometry/proposals.js';
import { roiAlignMatrices } from '../geometry/roi-align-matrices.js';
import { type RoiTargets, roiTargets } from '../geometry/roi-targets.js';
import type { DetectorConfig } from '../network/config.js';
import { mapSide } from '../network/graphs.js';
import type { DetectorShapes } from './training-graph.js';

const REGIONS = ANATOMICAL_REGIONS.length;

/** Makes the function that completes a batch with what depends on the current proposals. */
export function roiSampler(
  config: DetectorConfig,
  { roiSamples }: DetectorShapes,
  seed: number,
): (batch: Tensors, proposals: Tensors, update: number) => Tensors {
  const side = mapSide(config);
  const anchors = gridAnchors(cellAnchors(config.anchors), side, side, config.side / side);
  const proposalsOf = ({ objectness, deltas }: Tensors, row: number): Float32Array =>
    filterProposals(
      {
        objectness: rowOf(objectness, row),
        deltas: rowOf(deltas, row),
        anchors,
        featureWidth: side,
        featureHeight: side,
        canvasWidth: config.side,
        canvasHeight: config.side,
      },
      {
        maximumBeforeSuppression: 2 * config.proposals.beforeSuppression,
        maximumAfterSuppression: 2 * config.proposals.afterSuppression,
        iouThreshold: config.proposals.iouThreshold,
      },
    ).boxes;
  return (batch, proposals, update) => {
    const images = batch.region_boxes.dims[0];
    const targets = Array.from({ length: images }, (_, row) => {
      const { boxes, classes } = groundTruth(batch, row);
      const random = createRandom(seed, 5, update, row);
      const target = roiTargets(proposalsOf(proposals, row), { boxes, classes }, random, {
        count: roiSamples,
      });
      return { target, labelled: classes.length > 0 };
    });
    return {
      ...batch,
      ...matrices(
        batch,
        targets.map(({ target }) => target),
        config,
      ),
      ...roiTensors(targets, roiSamples),
    };
  };
}

function rowOf({ data, dims }: Tensor, row: number): Float32Array {
  const size = data.length / dims[0];
  return (data as Float32Array).subarray(row * size, (row + 1) * size);
}

function groundTruth(
  { region_boxes, region_mask }: Tensors,
  row: number,
): { boxes: Float32Array; classes: number[] } {
  const mask = rowOf(region_mask, row);
  const all = rowOf(region_boxes, row);
  const classes = [...mask.keys()].filter((i) => mask[i] === 1).map((i) => i + 1);
  return {
    classes,
    boxes: Float32Array.from(classes.flatMap((c) => [...all.subarray((c - 1) * 4, c * 4)])),
  };
}

/** Interpolation matrices of the region boxes, then of the sampled ones. */
function matrices(batch: Tensors, targets: readonly RoiTargets[], config: DetectorConfig): Tensors {
  const side = mapSide(config);
  const count = REGIONS + targets[0].boxes.length / 4;
  const options = {
    featureWidth: side,
    featureHeight: side,
    spatialScale: side / config.side,
    pooledSize: config.pooledSize,
  };
  const size = count * config.pooledSize * side;
  const vertical = new Float32Array(targets.length * size);
  const horizontal = new Float32Array(targets.length * size);
  targets.forEach(({ boxes }, row) => {
    const all = new Float32Array(count * 4);
    all.set(rowOf(batch.region_boxes, row));
    all.set(boxes, REGIONS * 4);
    const found = roiAlignMatrices(all, options);
    vertical.set(found.vertical, row * size);
    horizontal.set(found.horizontal, row * size);
  });
  const dims = [targets.length, count, config.pooledSize, side];
  return { vertical: float32(vertical, dims), horizontal: float32(horizontal, dims) };
}

function roiTensors(
  targets: readonly { target: RoiTargets; labelled: boolean }[],
  roiSamples: number,
): Tensors {
  const n = targets.length * roiSamples;
  const flat = (pick: (target: RoiTargets, weight: number) => Float32Array): Float32Array =>
    Float32Array.from(
      targets.flatMap(({ target, labelled }) => [...pick(target, labelled ? 1 : 0)]),
    );
  return {
    roi_classes: int64(
      targets.flatMap(({ target }) => [...target.classes].map(Number)),
      [n],
    ),
    roi_deltas: float32(
      flat(({ deltas }) => deltas),
      [n, 4],
    ),
    roi_class_weights: float32(
      flat(({ classWeights }, weight) => classWeights.map((value) => value * weight)),
      [n],
    ),
    roi_box_weights: float32(
      flat(({ boxWeights }) => boxWeights),
      [n],
    ),
  };
}
