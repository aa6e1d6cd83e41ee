import { createHash } from 'node:crypto';
import { InvalidInputError, type ResultWarning, type Tensor } from '@cxrkit/core';
import { chestXrayWarnings, type GrayImage } from '@cxrkit/core/image';
import type { ConditionEncoders } from '../encoders/condition-encoders.js';
import type { FindingStates } from '../prompt/index.js';
import type { PictureCodec } from '../vision/picture-codec.js';
import type { ReferenceRow, ReferenceTable } from './reference-table.js';

/** A picture that is read when its turn comes, such as one of thousands in a table. */
export interface PictureToRead {
  readonly read: () => Promise<GrayImage>;
  readonly id: string;
  /** What {@link pictureId} gives of the picture. */
  readonly digest: string;
}

/** Which picture an image shall resemble: one that is given, or one of a table with the labels asked for. */
export type Reference =
  | {
      readonly image: GrayImage;
      /** Names it in results. @defaultValue a part of its hash */
      readonly id?: string | undefined;
    }
  | PictureToRead
  | {
      readonly table: ReferenceTable;
      /** @defaultValue 'first' */
      readonly pick?: 'first' | 'random' | undefined;
      /** Id of a row of the table that is not taken by `random`. */
      readonly exclude?: string | undefined;
    };

/** A reference as the denoiser takes it. */
export interface EncodedReference {
  readonly id: string | null;
  readonly vector: Float32Array | undefined;
  /** `[1, C, s, s]` of the picture, where they were asked for. */
  readonly latents: Tensor<'float32'> | undefined;
  readonly warnings: readonly ResultWarning[];
}

/** What a reference is encoded for. */
interface EncodeReferenceOptions {
  /** Whether images begin with a trace of it. */
  readonly withLatents: boolean;
  readonly signal: AbortSignal | undefined;
}

/** @throws {@link InvalidInputError} for a table and a free prompt, which has no labels to look up. */
export function checkReference(
  reference: Reference | undefined,
  findings: FindingStates | null,
): void {
  if (reference === undefined || !('table' in reference) || findings !== null) return;
  throw new InvalidInputError(
    'reference',
    'a picture, as a free prompt has no labels to look up',
    'a table',
    'Give findings instead of a prompt, or the reference picture itself.',
  );
}

const NONE: EncodedReference = { id: null, vector: undefined, latents: undefined, warnings: [] };

/** Chooses references and encodes each picture once. */
export class ReferenceEncoder {
  readonly #encoders: ConditionEncoders;
  readonly #codec: PictureCodec;
  readonly #known = new WeakMap<
    ReferenceRow | PictureToRead | GrayImage,
    Promise<EncodedReference>
  >();

  constructor(encoders: ConditionEncoders, codec: PictureCodec) {
    this.#encoders = encoders;
    this.#codec = codec;
  }

  /**
   * Chooses and encodes the reference of one image.
   *
   * @param findings - `null` for a free prompt; see {@link checkReference}.
   * @param seed - Of the image; decides what `random` takes.
   */
  async encode(
    reference: Reference | undefined,
    findings: FindingStates | null,
    seed: number,
    options: EncodeReferenceOptions,
  ): Promise<EncodedReference> {
    if (reference === undefined) return NONE;
    if ('image' in reference) {
      const { image, id = pictureId(image) } = reference;
      const encoded = await this.#once(image, async () => image, id, options);
      return { ...encoded, id };
    }
    if ('read' in reference)
      return await this.#once(reference, reference.read, reference.id, options);
    if (findings === null) return NONE;
    const { table, pick = 'first', exclude } = reference;
    const row = pick === 'first' ? table.first(findings) : table.random(findings, seed, exclude);
    if (row === undefined) return { ...NONE, warnings: [NO_ROW] };
    return await this.#once(row, row.read, row.id, options);
  }

  async #once(
    key: ReferenceRow | PictureToRead | GrayImage,
    read: () => Promise<GrayImage>,
    id: string,
    { signal, withLatents }: EncodeReferenceOptions,
  ): Promise<EncodedReference> {
    signal?.throwIfAborted();
    const known = this.#known.get(key);
    const before = known && (await known.catch(() => undefined));
    if (before !== undefined && (before.latents !== undefined || !withLatents)) return before;
    const encoded = this.#encode(read, id, withLatents);
    this.#known.set(key, encoded);
    encoded.catch(() => this.#known.delete(key));
    const reference = await encoded;
    signal?.throwIfAborted();
    return reference;
  }

  // Without a signal: who waits for the same picture shall not fail because another gave up.
  async #encode(
    read: () => Promise<GrayImage>,
    id: string,
    withLatents: boolean,
  ): Promise<EncodedReference> {
    const image = await read();
    const vector = await this.#encoders.encodePicture(image, undefined);
    const latents = withLatents ? await this.#codec.encode(image, {}) : undefined;
    return { id, vector, latents, warnings: referenceWarnings(image, id) };
  }
}

const NO_ROW: ResultWarning = {
  code: 'no-reference',
  message: 'No picture of the table fits these labels; the image was made without a reference.',
};

function referenceWarnings(image: GrayImage, id: string): ResultWarning[] {
  return chestXrayWarnings(image).map(({ message }) => ({
    code: 'reference-not-xray',
    message: `The reference ${id} does not look like a chest X-ray. ${message}`,
  }));
}

/** @returns `picture-` and 12 digits of the SHA-256 of its size and levels. */
export function pictureId({ width, height, data }: GrayImage): string {
  const hash = createHash('sha256').update(`${width} ${height} `).update(data).digest('hex');
  return `picture-${hash.slice(0, 12)}`;
}
