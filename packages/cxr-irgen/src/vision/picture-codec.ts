import { createRandom, elementCount, float32, InvalidInputError, type Tensor } from '@cxrkit/core';
import { type GrayImage, resizeBilinearAntialias } from '@cxrkit/core/image';
import {
  type PictureShape,
  pictureShapeSchema,
  pixelTensor,
  squarePicture,
} from '../conditioning/square-picture.js';
import { latentSide, type VaeConfig } from '../network/index.js';
import { parsed } from '../parts/open-part.js';
import type { PartSet } from '../parts/part-set.js';
import type { SetSessions } from '../parts/sessions.js';

/** How a picture is encoded. */
export interface EncodeLatentsOptions {
  /** Draws from the posterior with this seed, as published; without it the latents are its mean. */
  readonly posteriorSeed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Turns pictures into latents and back: the autoencoder of a set. */
export class PictureCodec {
  /** `[1, C, s, s]`. */
  readonly latentDims: readonly [1, number, number, number];
  readonly #config: VaeConfig;
  readonly #shape: PictureShape;
  readonly #sessions: SetSessions;

  /** @throws {@link ModelLoadError} if the manifest does not say how pictures are prepared. */
  constructor({ vae }: PartSet, sessions: SetSessions) {
    const side = latentSide(vae.architecture);
    this.latentDims = [1, vae.architecture.latentChannels, side, side];
    this.#config = vae.architecture;
    this.#shape = parsed(vae.folder, 'preprocessing', pictureShapeSchema);
    this.#sessions = sessions;
  }

  /** Encodes a picture of any size: `[1, C, s, s]`, scaled to about unit variance. */
  async encode(image: GrayImage, options: EncodeLatentsOptions = {}): Promise<Tensor<'float32'>> {
    const { posteriorSeed, signal } = options;
    const session = await this.#sessions.get('vae-encoder');
    const square = squarePicture(image, this.#shape);
    const pixels = pixelTensor([square], this.#config.imageChannels);
    const outputs = await session.run({ pixels }, { signal });
    const [mean, logVariance] = [outputs.mean, outputs.log_variance].map(
      ({ data }) => data as Float32Array,
    );
    const { latentScale } = this.#config;
    if (posteriorSeed === undefined)
      return float32(
        mean.map((value) => latentScale * value),
        this.latentDims,
      );
    const random = createRandom(posteriorSeed, POSTERIOR_STREAM);
    const drawn = mean.map(
      (value, i) => latentScale * (value + Math.exp(logVariance[i] / 2) * random.normal()),
    );
    return float32(drawn, this.latentDims);
  }

  /**
   * Decodes latents `[1, C, s, s]`.
   *
   * @returns A square picture; levels are round(255 * clamp(x / 2 + 0.5)), of colour the mean.
   * @throws {@link InvalidInputError} for latents of another shape.
   */
  async decode(latents: Tensor<'float32'>, signal?: AbortSignal): Promise<GrayImage> {
    this.checkLatents(latents);
    const session = await this.#sessions.get('vae-decoder');
    const { latentScale, side, imageChannels } = this.#config;
    const unscaled = float32(
      latents.data.map((value) => value / latentScale),
      latents.dims,
    );
    const { pixels } = await session.run({ latents: unscaled }, { signal });
    return { width: side, height: side, data: levels(pixels.data as Float32Array, imageChannels) };
  }

  /** @throws {@link InvalidInputError} for latents of another shape. */
  checkLatents({ dims, data }: Tensor): void {
    if (String(dims) !== String(this.latentDims) || data.length !== elementCount(this.latentDims))
      throw new InvalidInputError('latents', `dims [${this.latentDims}]`, `dims [${dims}]`);
  }

  /**
   * Brings a mask of any size to the latent map.
   *
   * @returns `[1, 1, s, s]`, 1 where white.
   */
  latentMask(mask: GrayImage): Tensor<'float32'> {
    const [, , side] = this.latentDims;
    const { data } = resizeBilinearAntialias(squarePicture(mask, this.#shape), side, side);
    return float32(
      Float32Array.from(data, (level) => level / 255),
      [1, 1, side, side],
    );
  }
}

/** Names the stream of random numbers that the posterior is drawn with. */
const POSTERIOR_STREAM = 0x7ae;

function levels(pixels: Float32Array, channels: number): Uint8Array {
  const area = pixels.length / channels;
  const data = new Uint8Array(area);
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += pixels[channel * area + i];
    data[i] = Math.round(255 * Math.min(1, Math.max(0, sum / channels / 2 + 0.5)));
  }
  return data;
}
