import type { LabelledImage, Random } from '@cxrkit/core';
import {
  type GrayImage,
  resizeShorterSide,
  type ViewJitter,
  viewAffine,
  warpAffine,
} from '@cxrkit/core/image';
import { type PictureShape, squarePicture } from '../../conditioning/square-picture.js';
import { readScene } from '../shared/read-scene.js';

/** How the pictures of an autoencoder's training stray from the plain ones; never mirrored. */
export interface VaeAugmentation extends ViewJitter {
  /** Share of the views that are plain, as at inference. */
  readonly plain: number;
  /** Largest relative change of contrast. */
  readonly contrast: number;
  /** Largest change of brightness as a fraction of the range. */
  readonly brightness: number;
}

/** Half of the views plain, the others moved a little. */
export const MILD_AUGMENTATION: VaeAugmentation = {
  plain: 0.5,
  scale: [0.8, 1],
  rotation: 5,
  shift: 0.03,
  contrast: 0.1,
  brightness: 0.05,
};

/** Side of the kept pictures over that of the views, so that a view is seldom an enlargement. */
const SPARE = 1.25;

/** Pictures decoded once and kept a little larger than a view. */
export class SceneCache {
  readonly #pictures = new Map<string, Promise<GrayImage>>();
  readonly #side: number;

  constructor(side: number) {
    this.#side = Math.round(side * SPARE);
  }

  get(item: LabelledImage): Promise<GrayImage> {
    const picture = this.#pictures.get(item.image) ?? this.#read(item);
    this.#pictures.set(item.image, picture);
    return picture;
  }

  async #read(item: LabelledImage): Promise<GrayImage> {
    const scene = await readScene(item);
    const isLarge = Math.min(scene.width, scene.height) > this.#side;
    return isLarge ? resizeShorterSide(scene, this.#side) : scene;
  }
}

/**
 * Draws a view of a picture, or a part of one.
 *
 * @param crop - Side of the part in pixels of the view; the view's side for the whole.
 * @returns `[crop * crop]` in [-1, 1].
 */
export function drawVaeView(
  picture: GrayImage,
  shape: PictureShape,
  crop: number,
  augmentation: VaeAugmentation,
  random: Random,
): Float32Array {
  if (random.uniform() < augmentation.plain)
    return plainPart(squarePicture(picture, shape), crop, random);
  const { side, fit } = shape;
  const signed = (): number => 2 * random.uniform() - 1;
  const draw = { zoom: random.uniform(), turn: signed(), shiftX: signed(), shiftY: signed() };
  const source = fit === 'stretch' ? squarePicture(picture, shape) : picture;
  const size = Math.min(source.width, source.height);
  const part = (size * crop) / side;
  const start = (length: number): number =>
    (length - size) / 2 + (size - part) * (crop < side ? random.uniform() : 0);
  const base = [start(source.width), start(source.height), part] as const;
  const view = warpAffine(source, viewAffine(base, crop, augmentation, draw), crop, crop);
  const gain = 1 + augmentation.contrast * signed();
  const shift = 2 * augmentation.brightness * signed();
  return view.map((grey) => Math.min(1, Math.max(-1, (grey / 127.5 - 1) * gain + shift)));
}

/** A part of a square picture, at random. */
function plainPart({ width, data }: GrayImage, crop: number, random: Random): Float32Array {
  const left = random.integer(width - crop + 1);
  const top = random.integer(width - crop + 1);
  const values = new Float32Array(crop * crop);
  for (let y = 0; y < crop; y++)
    for (let x = 0; x < crop; x++)
      values[y * crop + x] = data[(top + y) * width + left + x] / 127.5 - 1;
  return values;
}
