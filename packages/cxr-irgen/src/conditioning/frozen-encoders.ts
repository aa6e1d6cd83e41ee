import { InvalidInputError, ModelLoadError, type TaskOptions } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ModelFolder } from '@cxrkit/core/model';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import {
  type ConditionOutputs,
  conditionOutputs,
  textFeeds,
} from '../encoders/condition-outputs.js';
import { pictureTensor } from '../encoders/picture-tensor.js';
import {
  type PartOrigin,
  type PicturePreprocessing,
  picturePreprocessingSchema,
} from '../parts/architectures.js';
import { openEncoders } from '../parts/open-encoders.js';
import { parsed } from '../parts/open-part.js';
import type { OpenFrozenOptions } from './autoencoder.js';
import type { VisionNetwork } from './vision-network.js';

/** The encoders of prompts and references that a denoiser is trained with. */
export class FrozenEncoders implements AsyncDisposable {
  readonly origin: PartOrigin;
  readonly #network: VisionNetwork;
  readonly #outputs: ConditionOutputs;
  readonly #tokenizer: Tokenizer;
  readonly #preprocessing: PicturePreprocessing;
  readonly #runtime: OnnxRuntime;
  readonly #text: OnnxSession;
  readonly #image: OnnxSession;

  private constructor(
    runtime: OnnxRuntime,
    parts: {
      readonly origin: PartOrigin;
      readonly network: VisionNetwork;
      readonly outputs: ConditionOutputs;
      readonly tokenizer: Tokenizer;
      readonly preprocessing: PicturePreprocessing;
    },
    sessions: { readonly text: OnnxSession; readonly image: OnnxSession },
  ) {
    this.origin = parts.origin;
    this.#network = parts.network;
    this.#outputs = parts.outputs;
    this.#tokenizer = parts.tokenizer;
    this.#preprocessing = parts.preprocessing;
    this.#runtime = runtime;
    this.#text = sessions.text;
    this.#image = sessions.image;
  }

  /**
   * Opens the encoders for a denoiser.
   *
   * @throws {@link ModelLoadError} if the folder holds no encoders or their vectors do not fit the denoiser.
   */
  static async open(network: VisionNetwork, options: OpenFrozenOptions): Promise<FrozenEncoders> {
    const { model, device = 'cpu', threads, signal } = options;
    const { folder, architecture, origin } = await openEncoders(model, { signal });
    const outputs = conditionOutputs(architecture, network.denoiser.kind);
    checkWidths(folder, outputs, network);
    if (network.textLength > architecture.text.maxLength)
      throw new InvalidInputError(
        'textLength',
        `at most the ${architecture.text.maxLength} tokens of the encoders`,
        network.textLength,
      );
    const preprocessing = parsed(folder, 'preprocessing', picturePreprocessingSchema);
    const file = await folder.file(folder.manifest.tokenizer ?? 'tokenizer');
    const tokenizer = await loadTokenizer(file);
    const limit = threads === undefined ? {} : { threads };
    const runtime = await openRuntime({ device, signal, ...limit });
    try {
      const text = await runtime.load(await folder.graph('text'), { signal });
      const image = await runtime.load(await folder.graph('image'), { signal });
      const parts = { origin, network, outputs, tokenizer, preprocessing };
      return new FrozenEncoders(runtime, parts, { text, image });
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  /**
   * Encodes a prompt, padded to the denoiser's length: `[L * D]` token states or `[D]` pooled.
   *
   * @throws {@link InvalidInputError} for a prompt of more tokens.
   */
  async encodePrompt(prompt: string, { signal }: TaskOptions = {}): Promise<Float32Array> {
    const { textLength } = this.#network;
    const batch = this.#tokenizer.encodeBatch([prompt], {
      maxLength: textLength,
      padding: 'max',
    });
    if (batch.truncated.length > 0)
      throw new InvalidInputError(
        'textLength',
        `at least ${this.#tokenizer.encode(prompt).length} tokens, for the prompt "${prompt}"`,
        textLength,
      );
    const { text } = this.#outputs;
    const outputs = await this.#text.run(textFeeds(batch, this.#text), { fetch: [text], signal });
    return outputs[text].data as Float32Array;
  }

  /** Encodes a reference picture: `[D]`. */
  async encodePicture(image: GrayImage, { signal }: TaskOptions = {}): Promise<Float32Array> {
    const feeds = { pixel_values: pictureTensor(image, this.#preprocessing) };
    const { image: output } = this.#outputs;
    const outputs = await this.#image.run(feeds, { fetch: [output], signal });
    return outputs[output].data as Float32Array;
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

function checkWidths(
  { path, manifest }: ModelFolder,
  { text, image }: ConditionOutputs,
  network: VisionNetwork,
): void {
  const wanted = [
    ['text', text],
    ['image', image],
  ] as const;
  for (const [graph, output] of wanted) {
    const signature = manifest.graphs[graph]?.outputs.find(({ name }) => name === output);
    const width = signature?.dims.at(-1);
    if (width !== network.textWidth)
      throw new ModelLoadError(
        path,
        `expected "${output}" of width ${network.textWidth} from its graph ${graph}, got ${width === undefined ? 'no such output' : `width ${width}`}. Set textWidth, or give other encoders.`,
      );
  }
}
