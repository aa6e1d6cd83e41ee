import {
  ANATOMICAL_REGIONS,
  type Box,
  createRandom,
  float32,
  int64,
  type LabelledImage,
  type Tensors,
} from '@cxrkit/core';
import {
  type Affine,
  type GrayImage,
  lowerResolution,
  readImage,
  resizeArea,
  type ViewJitter,
  viewAffine,
  warpAffine,
} from '@cxrkit/core/image';
import { BatchSampler } from '@cxrkit/nn/train';
import { cellAnchors, gridAnchors } from '../geometry/anchors.js';
import { concatenate } from '../geometry/concatenate.js';
import { rpnTargets } from '../geometry/rpn-targets.js';
import type { DetectorConfig } from '../network/config.js';
import { mapSide } from '../network/graphs.js';

/** Augmentation of RGRG (`train_full_model.py:340-378`) with wider default ranges for small sets; never mirrored. */
export interface DetectorAugmentation extends ViewJitter {
  /** Largest relative change. */
  readonly contrast: number;
  readonly brightness: number;
  /** Largest standard deviation of added noise, in grey levels. */
  readonly noise: number;
  /** Chance that a picture is first shrunk to a random lower resolution, so that resolution tells nothing. */
  readonly blur: number;
}

export const RGRG_AUGMENTATION: DetectorAugmentation = {
  scale: [1, 1],
  rotation: 2,
  shift: 0.02,
  contrast: 0.2,
  brightness: 0.2,
  noise: 7,
  blur: 0,
};

export const SMALL_SET_AUGMENTATION: DetectorAugmentation = {
  scale: [0.85, 1.2],
  rotation: 4,
  shift: 0.08,
  contrast: 0.35,
  brightness: 0.25,
  noise: 7,
  blur: 0.5,
};

/** Plain data that a batch worker is started with. */
export interface DetectorBatchData {
  readonly items: readonly LabelledImage[];
  readonly config: DetectorConfig;
  readonly augmentation: DetectorAugmentation;
  readonly batchSize: number;
  readonly shares: Readonly<Record<string, number>>;
  /** Anchors of an image that the proposal loss samples. */
  readonly anchorSamples: number;
  readonly seed: number;
}

const REGIONS = ANATOMICAL_REGIONS.length;

/** Opens the batch maker: pixels, ground-truth boxes, proposal targets and finding labels; see `trainingGraph`. */
export async function openDetectorBatches(
  data: DetectorBatchData,
): Promise<(index: number) => Promise<Tensors>> {
  const { config, batchSize, seed } = data;
  const sampler = new BatchSampler(data.items, batchSize, seed, data.shares);
  const pictures = new Map<string, Promise<GrayImage>>();
  const picture = (item: LabelledImage): Promise<GrayImage> => {
    const known = pictures.get(item.image) ?? readScene(item, config.side);
    pictures.set(item.image, known);
    return known;
  };
  const side = mapSide(config);
  const anchors = gridAnchors(cellAnchors(config.anchors), side, side, config.side / side);
  return async (index) => {
    const items = sampler.items(index);
    const views = await Promise.all(
      items.map(async (item, row) => drawScene(await picture(item), item, data, [index, row])),
    );
    return {
      pixel_values: float32(concatenate(views.map(({ pixels }) => pixels)), [
        batchSize,
        1,
        config.side,
        config.side,
      ]),
      region_boxes: float32(concatenate(views.map(({ boxes }) => boxes)), [batchSize, REGIONS, 4]),
      region_mask: float32(concatenate(views.map(({ mask }) => mask)), [batchSize, REGIONS]),
      ...proposalTargets(views, anchors, data, index),
      ...findingTensors(items, config.findings),
    };
  };
}

/** The picture in its true aspect, longer side a little above the canvas. */
async function readScene({ image: path, aspect }: LabelledImage, side: number): Promise<GrayImage> {
  const { image } = await readImage(path);
  const ratio = aspect ?? image.width / image.height;
  const longer = Math.round(side * 1.2);
  const [width, height] = ratio >= 1 ? [longer, longer / ratio] : [longer * ratio, longer];
  return resizeArea(image, Math.round(width), Math.round(height));
}

interface Scene {
  readonly pixels: Float32Array;
  readonly boxes: Float32Array;
  readonly mask: Float32Array;
}

function drawScene(
  picture: GrayImage,
  item: LabelledImage,
  { config, augmentation, seed }: DetectorBatchData,
  stream: readonly number[],
): Scene {
  const random = createRandom(seed, ...stream);
  const signed = (): number => 2 * random.uniform() - 1;
  const image =
    random.uniform() < augmentation.blur
      ? lowerResolution(picture, 0.35 + 0.45 * random.uniform())
      : picture;
  const size = Math.max(image.width, image.height);
  const base = [(image.width - size) / 2, (image.height - size) / 2, size] as const;
  const draw = { zoom: random.uniform(), turn: signed(), shiftX: signed(), shiftY: signed() };
  const affine = viewAffine(base, config.side, augmentation, draw);
  const pixels = warpAffine(image, affine, config.side, config.side);
  const gain = 1 + augmentation.contrast * signed();
  const offset = 255 * augmentation.brightness * signed() * 0.5;
  const noise = augmentation.noise * random.uniform();
  for (let i = 0; i < pixels.length; i++) {
    // The black border stays black, as in inference.
    const level =
      pixels[i] === 0 ? 0 : pixels[i] * gain + offset + noise * 2 * (random.uniform() - 0.5);
    pixels[i] = (Math.min(255, Math.max(0, level)) - config.mean) / config.deviation;
  }
  return { pixels, ...regionBoxes(item, image, affine, config.side) };
}

function regionBoxes(
  { boxes01 = {} }: LabelledImage,
  image: GrayImage,
  affine: Affine,
  side: number,
): Pick<Scene, 'boxes' | 'mask'> {
  const boxes = new Float32Array(REGIONS * 4);
  const mask = new Float32Array(REGIONS);
  ANATOMICAL_REGIONS.forEach((name, i) => {
    const box = boxes01[name];
    const placed = box && placeBox(box, image, affine, side);
    if (!placed) return;
    boxes.set(placed, i * 4);
    mask[i] = 1;
  });
  return { boxes, mask };
}

/** Moves a box to the canvas; `undefined` where less than half of it is left. */
function placeBox(
  [x0, y0, x1, y1]: Box,
  { width, height }: GrayImage,
  [a, b, c, d, e, f]: Affine,
  side: number,
): Box | undefined {
  const determinant = a * e - b * d;
  const toCanvas = (x: number, y: number): [number, number] => {
    const [u, v] = [x * width - c, y * height - f];
    return [(e * u - b * v) / determinant, (a * v - d * u) / determinant];
  };
  const [middleX, middleY] = toCanvas((x0 + x1) / 2, (y0 + y1) / 2);
  // Turns are small: the box keeps its sides and is only moved and scaled.
  const scale = 1 / Math.sqrt(Math.abs(determinant));
  const [halfWidth, halfHeight] = [
    ((x1 - x0) * width * scale) / 2,
    ((y1 - y0) * height * scale) / 2,
  ];
  const clip = (value: number): number => Math.min(side, Math.max(0, value));
  const placed = [
    clip(middleX - halfWidth),
    clip(middleY - halfHeight),
    clip(middleX + halfWidth),
    clip(middleY + halfHeight),
  ] as const;
  const area = Math.max(0, placed[2] - placed[0]) * Math.max(0, placed[3] - placed[1]);
  return area >= 0.5 * 4 * halfWidth * halfHeight &&
    placed[2] - placed[0] > 1 &&
    placed[3] - placed[1] > 1
    ? placed
    : undefined;
}

function proposalTargets(
  views: readonly Scene[],
  anchors: Float32Array,
  { anchorSamples, seed }: DetectorBatchData,
  index: number,
): Tensors {
  const anchorTotal = anchors.length / 4;
  const perImage = views.map(({ boxes, mask }, row) => {
    const present = boxes.filter((_, i) => mask[Math.floor(i / 4)] === 1);
    return rpnTargets(anchors, present, createRandom(seed, 3, index, row), {
      count: anchorSamples,
    });
  });
  const b = views.length;
  // An image without boxes teaches the proposal network nothing: it is unlabelled, not empty.
  const labelled = views.map(({ mask }) => (mask.some((value) => value === 1) ? 1 : 0));
  const field = (name: 'labels' | 'deltas' | 'weights' | 'boxWeights'): Float32Array =>
    concatenate(
      perImage.map((target, row) =>
        target[name].map((value) => value * (name === 'weights' ? labelled[row] : 1)),
      ),
    );
  const indices = perImage.flatMap((target, row) =>
    [...target.indices].map((i) => Number(i) + row * anchorTotal),
  );
  return {
    rpn_indices: int64(indices, [b * anchorSamples]),
    rpn_labels: float32(field('labels'), [b * anchorSamples]),
    rpn_deltas: float32(field('deltas'), [b * anchorSamples, 4]),
    rpn_weights: float32(field('weights'), [b * anchorSamples]),
    rpn_box_weights: float32(field('boxWeights'), [b * anchorSamples]),
  };
}

function findingTensors(items: readonly LabelledImage[], names: readonly string[]): Tensors {
  if (names.length === 0) return {};
  const known = items.flatMap(({ findings }) => names.map((name) => findings[name]));
  const dims = [items.length, names.length];
  return {
    finding_labels: float32(
      Float32Array.from(known, (value) => value ?? 0),
      dims,
    ),
    finding_weights: float32(
      Float32Array.from(known, (value) => (value === undefined ? 0 : 1)),
      dims,
    ),
  };
}
