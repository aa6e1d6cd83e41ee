import { InvalidInputError, ModelLoadError, type TaskOptions } from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ModelFolder } from '@cxrkit/core/model';
import { type OnnxRuntime, type OnnxSession, openRuntime } from '@cxrkit/core/onnx';
import { loadTokenizer, type Tokenizer } from '@cxrkit/core/tokenizer';
import { pictureTensor } from '../encoders/picture-tensor.js';
import {
  encodersArchitectureSchema,
  type PartOrigin,
  type PicturePreprocessing,
  picturePreprocessingSchema,
} from '../parts/architectures.js';
import { openPart, parsed } from '../parts/open-part.js';
import type { OpenFrozenOptions } from './autoencoder.js';
import type { VisionNetwork } from './vision-network.js';

type TextOutput = 'last_hidden_state' | 'embedding';

/** The encoders of prompts and references that a denoiser is trained with; a CLIP classifier's. */
export class FrozenEncoders implements AsyncDisposable {
  readonly origin: PartOrigin;
  readonly #network: VisionNetwork;
  readonly #output: TextOutput;
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
      readonly tokenizer: Tokenizer;
      readonly preprocessing: PicturePreprocessing;
    },
    sessions: { readonly text: OnnxSession; readonly image: OnnxSession },
  ) {
    this.origin = parts.origin;
    this.#network = parts.network;
    this.#output = textOutput(parts.network);
    this.#tokenizer = parts.tokenizer;
    this.#preprocessing = parts.preprocessing;
    this.#runtime = runtime;
    this.#text = sessions.text;
    this.#image = sessions.image;
  }

  /**
   * Opens the encoders for a denoiser.
   *
   * @throws {@link ModelLoadError} if the folder is no CLIP classifier or its vectors do not fit the denoiser.
   */
  static async open(network: VisionNetwork, options: OpenFrozenOptions): Promise<FrozenEncoders> {
    const { model, device = 'cpu', threads, signal } = options;
    const opened = await openPart(model, 'clip-classifier', encodersArchitectureSchema, { signal });
    const { folder, architecture, origin } = opened;
    checkWidths(folder, network);
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
      const parts = { origin, network, tokenizer, preprocessing };
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
    const { ids, mask, truncated } = this.#tokenizer.encodeBatch([prompt], {
      maxLength: textLength,
      padding: 'max',
    });
    if (truncated.length > 0)
      throw new InvalidInputError(
        'textLength',
        `at least ${this.#tokenizer.encode(prompt).length} tokens, for the prompt "${prompt}"`,
        textLength,
      );
    const outputs = await this.#text.run(
      { input_ids: ids, attention_mask: mask },
      { fetch: [this.#output], signal },
    );
    return outputs[this.#output].data as Float32Array;
  }

  /** Encodes a reference picture: `[D]`. */
  async encodePicture(image: GrayImage, { signal }: TaskOptions = {}): Promise<Float32Array> {
    const feeds = { pixel_values: pictureTensor(image, this.#preprocessing) };
    const { embedding } = await this.#image.run(feeds, { fetch: ['embedding'], signal });
    return embedding.data as Float32Array;
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

const textOutput = ({ denoiser: { kind } }: VisionNetwork): TextOutput =>
  kind === 'u-vit' ? 'embedding' : 'last_hidden_state';

function checkWidths({ path, manifest }: ModelFolder, network: VisionNetwork): void {
  const wanted = [
    ['text', textOutput(network)],
    ['image', 'embedding'],
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
