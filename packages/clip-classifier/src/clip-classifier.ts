import {
  DisposedError,
  InvalidInputError,
  type ResultWarning,
  type TaskOptions,
} from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { ClipEncoders, EncodeOptions, ImageEncoding } from './encoders.js';
import { type LinearProbe, type ProbePrediction, predictProbe } from './linear-probe.js';
import {
  ENSEMBLE_TEMPLATES,
  type PromptPair,
  type PromptTemplates,
  promptPair,
} from './prompts.js';
import { cosine, meanDirection } from './vectors.js';

/** What a picture says of one label. */
export interface LabelScore {
  readonly label: string;
  /** Of presence, in [0, 1]: softmax over the pair of prompts. */
  readonly probability: number;
  readonly cosPositive: number;
  readonly cosNegative: number;
  readonly prompts: PromptPair;
}

export interface Classification {
  /** In the order of the labels asked for. */
  readonly classes: readonly LabelScore[];
  /** Factor on the cosines before the softmax; `null` when none was applied, as in CXR-CLIP and CheXzero. */
  readonly temperature: number | null;
  readonly warnings: readonly ResultWarning[];
}

export interface ClassifyOptions extends EncodeOptions {
  /** @defaultValue {@link ENSEMBLE_TEMPLATES} */
  readonly templates?: PromptTemplates;
  /** Own prompts of a label instead of the templates'. */
  readonly prompts?: Readonly<Record<string, PromptPair>>;
  /**
   * `learned` uses the factor of the training, so that probabilities spread; `none` is the published protocol, whose
   * probabilities lie close to 0.5 and only rank. @defaultValue 'learned' where the model has one
   */
  readonly temperature?: 'learned' | 'none' | number;
}

/** A text and how well it fits a picture. */
export interface RankedItem<Item> {
  readonly item: Item;
  readonly index: number;
  readonly cosine: number;
}

/** A loaded CLIP model; made by `loadClipClassifier`. */
export class ClipClassifier implements AsyncDisposable {
  readonly #encoders: ClipEncoders;
  readonly #texts = new Map<
    string,
    Promise<{ readonly embedding: Float32Array; readonly truncated: boolean }>
  >();
  #disposed = false;

  constructor(encoders: ClipEncoders) {
    this.#encoders = encoders;
  }

  /** Factor on cosines that training learned. */
  get temperature(): number | undefined {
    return this.#encoders.temperature;
  }

  /**
   * Classifies a picture without training, by pairs of prompts. Labels may be any words; several may hold at once.
   * "No Finding" has prompts of its own.
   *
   * @throws {@link InvalidInputError} for no label, an empty one, or the same one twice.
   */
  async classify(
    image: GrayImage,
    labels: readonly string[],
    options: ClassifyOptions = {},
  ): Promise<Classification> {
    this.#check();
    checkLabels(labels);
    const temperature = this.#factor(options.temperature);
    const pairs = labels.map(
      (label) =>
        options.prompts?.[label] ?? promptPair(label, options.templates ?? ENSEMBLE_TEMPLATES),
    );
    const { embedding } = await this.encodeImage(image, options);
    const warnings = new Map<string, ResultWarning>();
    const direction = async (texts: readonly string[]): Promise<Float32Array> => {
      const encoded = await this.#encode(texts, options);
      for (const [i, { truncated }] of encoded.entries())
        if (truncated) warnings.set(texts[i], cutWarning(texts[i], this.#encoders.maxLength));
      return meanDirection(encoded.map((text) => text.embedding));
    };
    const classes: LabelScore[] = [];
    for (const [i, label] of labels.entries()) {
      const cosPositive = cosine(embedding, await direction(pairs[i].positive));
      const cosNegative = cosine(embedding, await direction(pairs[i].negative));
      const probability = 1 / (1 + Math.exp((temperature ?? 1) * (cosNegative - cosPositive)));
      classes.push({ label, probability, cosPositive, cosNegative, prompts: pairs[i] });
    }
    return { classes, temperature, warnings: [...warnings.values()] };
  }

  /** Encodes one picture. */
  async encodeImage(image: GrayImage, options: EncodeOptions = {}): Promise<ImageEncoding> {
    this.#check();
    options.signal?.throwIfAborted();
    return await this.#encoders.encodeImage(image, options);
  }

  /** Encodes texts; each is encoded once and remembered. */
  async encodeTexts(
    texts: readonly string[],
    options: EncodeOptions = {},
  ): Promise<Float32Array[]> {
    this.#check();
    return (await this.#encode(texts, options)).map(({ embedding }) => embedding);
  }

  /** Orders texts by how well they fit a picture, best first. */
  async rankTexts(
    image: GrayImage,
    texts: readonly string[],
    options: EncodeOptions = {},
  ): Promise<RankedItem<string>[]> {
    const { embedding } = await this.encodeImage(image, options);
    const vectors = await this.encodeTexts(texts, options);
    return rank(
      texts,
      vectors.map((vector) => cosine(vector, embedding)),
    );
  }

  /** Orders pictures by how well they fit a text, best first. */
  async rankImages(
    text: string,
    images: readonly GrayImage[],
    options: TaskOptions = {},
  ): Promise<RankedItem<GrayImage>[]> {
    const [vector] = await this.encodeTexts([text], options);
    const scores: number[] = [];
    for (const image of images) {
      scores.push(cosine((await this.encodeImage(image, options)).embedding, vector));
      options.onProgress?.({
        phase: 'classify',
        completed: scores.length,
        total: images.length,
        unit: 'images',
      });
    }
    return rank(images, scores);
  }

  /** Reads a picture with a linear probe trained on this model's features. */
  async classifyWithProbe(
    image: GrayImage,
    probe: LinearProbe,
    options: EncodeOptions = {},
  ): Promise<ProbePrediction[]> {
    return predictProbe(probe, (await this.encodeImage(image, options)).features);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#encoders[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('The classifier');
  }

  #factor(asked: ClassifyOptions['temperature']): number | null {
    if (typeof asked === 'number') return asked;
    if (asked === 'none') return null;
    if (asked === 'learned' && this.temperature === undefined)
      throw new InvalidInputError(
        'temperature',
        "'none' or a number",
        asked,
        'This model does not carry its learned temperature.',
      );
    return this.temperature ?? null;
  }

  async #encode(
    texts: readonly string[],
    options: EncodeOptions,
  ): Promise<{ readonly embedding: Float32Array; readonly truncated: boolean }[]> {
    const fresh = [...new Set(texts)].filter((text) => !this.#texts.has(text));
    if (fresh.length > 0) {
      const encoded = this.#encoders.encodeTexts(fresh, options);
      for (const [i, text] of fresh.entries()) {
        const one = encoded.then(({ embeddings, truncated }) => ({
          embedding: embeddings[i],
          truncated: truncated.includes(i),
        }));
        this.#texts.set(text, one);
        one.catch(() => this.#texts.delete(text));
      }
    }
    return await Promise.all(
      texts.map((text) => this.#texts.get(text) ?? Promise.reject(new Error(text))),
    );
  }
}

function checkLabels(labels: readonly string[]): void {
  if (labels.length === 0) throw new InvalidInputError('labels', 'at least one label', labels);
  const empty = labels.find((label) => label.trim() === '');
  if (empty !== undefined) throw new InvalidInputError('labels', 'words in every label', empty);
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw new InvalidInputError('labels', 'each label once', twice);
}

function cutWarning(text: string, maxLength: number): ResultWarning {
  return {
    code: 'text-truncated',
    message: `The text ${JSON.stringify(text)} has more than ${maxLength} tokens; only its beginning was read.`,
  };
}

function rank<Item>(items: readonly Item[], cosines: readonly number[]): RankedItem<Item>[] {
  return items
    .map((item, index) => ({ item, index, cosine: cosines[index] }))
    .sort((a, b) => b.cosine - a.cosine);
}
