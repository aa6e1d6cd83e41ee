import type { TaskOptions, Tensor } from '@cxrkit/core';
import { float32 } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import { type Device, type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { latentSide, type VaeConfig, vaeConfigSchema } from '../network/vae/config.js';
import type { PartOrigin } from '../parts/architectures.js';
import { openPart, parsed } from '../parts/open-part.js';
import {
  type PictureShape,
  pictureShapeSchema,
  pixelTensor,
  squarePicture,
} from './square-picture.js';

/** How a frozen part is opened. */
export interface OpenFrozenOptions extends TaskOptions {
  /** Source of its model folder. */
  readonly model: string;
  /** @defaultValue 'cpu' */
  readonly device?: Device | undefined;
  readonly threads?: number | undefined;
}

/** A picture beside its reconstruction. */
export interface Reconstruction {
  /** What the encoder saw. */
  readonly square: GrayImage;
  readonly reconstruction: GrayImage;
}

/** A trained autoencoder without the rest of its set: for training and measuring. */
export class Autoencoder implements AsyncDisposable {
  readonly config: VaeConfig;
  readonly origin: PartOrigin;
  /** `[C, s, s]` of a latent. */
  readonly latent: readonly [number, number, number];
  readonly #shape: PictureShape;
  readonly #runtime: OnnxRuntime;
  readonly #encoder: OnnxSession;
  readonly #decoder: OnnxSession;

  private constructor(
    runtime: OnnxRuntime,
    parts: Pick<Autoencoder, 'config' | 'origin'> & { readonly shape: PictureShape },
    sessions: { readonly encoder: OnnxSession; readonly decoder: OnnxSession },
  ) {
    this.config = parts.config;
    this.origin = parts.origin;
    this.#shape = parts.shape;
    this.#runtime = runtime;
    this.#encoder = sessions.encoder;
    this.#decoder = sessions.decoder;
    const side = latentSide(parts.config);
    this.latent = [parts.config.latentChannels, side, side];
  }

  /** @throws {@link ModelLoadError} if the folder holds no autoencoder. */
  static async open(options: OpenFrozenOptions): Promise<Autoencoder> {
    const { model, device = 'cpu', threads, signal } = options;
    const { folder, architecture, origin } = await openPart(model, 'irgen-vae', vaeConfigSchema, {
      signal,
    });
    const shape = parsed(folder, 'preprocessing', pictureShapeSchema);
    const limit = threads === undefined ? {} : { threads };
    const runtime = await openRuntime({ device, signal, ...limit });
    try {
      const [encoder, decoder] = [
        await runtime.load(await folder.graph('encoder'), { signal }),
        await runtime.load(await folder.graph('decoder'), { signal }),
      ];
      return new Autoencoder(
        runtime,
        { config: architecture, origin, shape },
        { encoder, decoder },
      );
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  /** Encodes a picture of any size: mean and log-variance of its latents, `[C * s * s]` each, not scaled. */
  async posterior(
    image: GrayImage,
    { signal }: TaskOptions = {},
  ): Promise<{ readonly mean: Float32Array; readonly logVariance: Float32Array }> {
    const pixels = pixelTensor([squarePicture(image, this.#shape)], this.config.imageChannels);
    const { mean, log_variance } = await this.#encoder.run({ pixels }, { signal });
    return {
      mean: mean.data as Float32Array,
      logVariance: log_variance.data as Float32Array,
    };
  }

  /** Encodes a picture to the mean and decodes it. */
  async reconstruct(image: GrayImage, { signal }: TaskOptions = {}): Promise<Reconstruction> {
    const { mean } = await this.posterior(image, { signal });
    const latents = float32(mean, [1, ...this.latent]);
    const { pixels } = await this.#decoder.run({ latents }, { signal });
    const square = squarePicture(image, this.#shape);
    return { square, reconstruction: toGray(pixels as Tensor<'float32'>) };
  }

  /** Ends the worker. */
  async dispose(): Promise<void> {
    await this.#runtime.dispose();
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** `[1, C, H, W]` in [-1, 1] to grey, of colour the first channel. */
function toGray({ data, dims: [, , height, width] }: Tensor<'float32'>): GrayImage {
  const levels = data
    .subarray(0, width * height)
    .map((x) => 255 * Math.min(1, Math.max(0, x / 2 + 0.5)));
  return { width, height, data: Uint8Array.from(levels, Math.round) };
}
