import { createRandom, type LabelledImage, type Random } from '@cxrkit/core';
import {
  type GrayImage,
  lowerResolution,
  readImage,
  resizeArea,
  viewAffine,
  warpAffine,
} from '@cxrkit/core/image';
import type { ClipPreprocessing } from '../network/config.js';

/** How training views differ from the picture; never mirrored. */
export interface AugmentOptions {
  /** Zoom range of the view. */
  readonly scale: readonly [number, number];
  /** Degrees. */
  readonly rotation: number;
  /** Fraction of the side. */
  readonly shift: number;
  /** Largest relative change of contrast and of brightness. */
  readonly contrast: number;
  readonly brightness: number;
  /** Chance that a view is blurred to a random lower resolution, so that resolution tells nothing. */
  readonly blur: number;
  /** Largest fraction of the view that a grey rectangle covers in half of the views (Zhong et al. 2020); 0 = never. */
  readonly erase: number;
}

export const DEFAULT_AUGMENTATION: AugmentOptions = {
  scale: [0.75, 1.05],
  rotation: 10,
  shift: 0.05,
  contrast: 0.25,
  brightness: 0.15,
  blur: 0.15,
  erase: 0,
};

/** Pictures decoded once, kept a little larger than the network's input. */
export class PictureCache {
  readonly #pictures = new Map<string, Promise<GrayImage>>();
  readonly #side: number;

  constructor(side: number) {
    this.#side = Math.round(side * 1.15);
  }

  get(item: LabelledImage): Promise<GrayImage> {
    const known = this.#pictures.get(item.image) ?? this.#read(item);
    this.#pictures.set(item.image, known);
    return known;
  }

  async #read({ image: path, aspect }: LabelledImage): Promise<GrayImage> {
    const { image } = await readImage(path);
    const ratio = aspect ?? image.width / image.height;
    const [width, height] =
      ratio >= 1 ? [this.#side * ratio, this.#side] : [this.#side, this.#side / ratio];
    return resizeArea(image, Math.round(width), Math.round(height));
  }
}

/** Draws one augmented view: normalised `[S * S]` float32, written at `offset` of `target`. */
export function drawView(
  picture: GrayImage,
  { side, mean, deviation }: ClipPreprocessing,
  options: AugmentOptions,
  random: Random,
): Float32Array {
  const signed = (): number => 2 * random.uniform() - 1;
  const draw = { zoom: random.uniform(), turn: signed(), shiftX: signed(), shiftY: signed() };
  const source =
    random.uniform() < options.blur
      ? lowerResolution(picture, 0.4 + 0.4 * random.uniform())
      : picture;
  const size = Math.min(source.width, source.height);
  const base = [(source.width - size) / 2, (source.height - size) / 2, size] as const;
  const view = warpAffine(source, viewAffine(base, side, options, draw), side, side);
  const gain = 1 + options.contrast * signed();
  const shift = 255 * options.brightness * signed();
  for (let i = 0; i < view.length; i++) {
    const level = Math.min(255, Math.max(0, (view[i] - 127.5) * gain + 127.5 + shift));
    view[i] = (level / 255 - mean[0]) / deviation[0];
  }
  if (options.erase > 0 && random.uniform() < 0.5)
    eraseRectangle(view, side, options.erase, random);
  return view;
}

/** Random erasing: a rectangle of the mean level, at least 2 % of the view. */
function eraseRectangle(view: Float32Array, side: number, largest: number, random: Random): void {
  const area = (0.02 + random.uniform() * Math.max(0, largest - 0.02)) * side * side;
  const aspect = 0.5 + 1.5 * random.uniform();
  const width = Math.min(side, Math.round(Math.sqrt(area * aspect)));
  const height = Math.min(side, Math.round(Math.sqrt(area / aspect)));
  const left = random.integer(side - width + 1);
  const top = random.integer(side - height + 1);
  for (let y = top; y < top + height; y++) view.fill(0, y * side + left, y * side + left + width);
}

/** The random stream of one view of one example of one batch. */
export const viewRandom = (seed: number, batch: number, row: number, view: number): Random =>
  createRandom(seed, batch, row, view);
