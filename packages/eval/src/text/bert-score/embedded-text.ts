import { ModelOutputError } from '@cxrkit/core';

/** What a language model makes of a text. */
export interface EmbeddedText {
  /** `T` ids or texts of the tokens; the first and the last are the model's own, such as [CLS] and [SEP]. */
  readonly tokens: readonly (number | string)[];
  /** `[T * D]` one vector a token, row-major, of one hidden layer. Need not be normalised. */
  readonly vectors: ArrayLike<number>;
}

/**
 * Embeds texts, one result each, in their order. Any encoder will do; the number depends on the model and the layer:
 * bert_score's own default is layer 17 of `roberta-large`, RadCliQ's layer 5 of `distilroberta-base`.
 */
export type EmbedTexts = (
  texts: readonly string[],
  options: { readonly signal?: AbortSignal },
) => Promise<readonly EmbeddedText[]>;

/** A text ready to be compared: vectors of length 1, and what each token weighs. */
export interface WeightedText {
  readonly tokens: number;
  readonly width: number;
  /** `[tokens * width]` */
  readonly vectors: Float64Array;
  /** `[tokens]`, 0 for the first and the last. */
  readonly weights: Float64Array;
}

/**
 * Normalises vectors and weighs tokens.
 *
 * @throws {@link ModelOutputError} if the vectors do not fit the tokens, or one is zero or not finite.
 */
export function weighText(
  { tokens, vectors }: EmbeddedText,
  weightOf: (token: number | string) => number,
): WeightedText {
  const width = vectors.length / tokens.length;
  if (tokens.length < 2 || !Number.isInteger(width) || width < 1)
    throw new ModelOutputError(
      `Expected two tokens or more with a vector each from \`embed\`, got ${tokens.length} tokens and ${vectors.length} values.`,
    );
  const weights = Float64Array.from(tokens, (token, i) =>
    i === 0 || i === tokens.length - 1 ? 0 : weightOf(token),
  );
  return { tokens: tokens.length, width, vectors: normaliseRows(vectors, width), weights };
}

function normaliseRows(vectors: ArrayLike<number>, width: number): Float64Array {
  const rows = Float64Array.from(vectors);
  for (let start = 0; start < rows.length; start += width) {
    let square = 0;
    for (let i = start; i < start + width; i++) square += rows[i] * rows[i];
    const length = Math.sqrt(square);
    if (!(length > 0 && length < Number.POSITIVE_INFINITY))
      throw new ModelOutputError(
        `Expected finite vectors other than zero from \`embed\`, got one of length ${length}.`,
      );
    for (let i = start; i < start + width; i++) rows[i] /= length;
  }
  return rows;
}
