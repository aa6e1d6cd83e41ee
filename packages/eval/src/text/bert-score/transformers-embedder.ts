import { InvalidInputError, ModelOutputError } from '@cxrkit/core';
import type { EmbeddedText, EmbedTexts } from './embedded-text.js';

/** What is read of a tensor of transformers.js. */
export interface TransformersTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** What a tokenizer of transformers.js gives for a batch: `[B, T]` each. */
export interface TransformersInputs {
  readonly input_ids: TransformersTensor;
  readonly attention_mask: TransformersTensor;
}

/** A tokenizer and an encoder of transformers.js, such as those of `Xenova/distilroberta-base`. */
export interface TransformersEncoder<Inputs extends TransformersInputs = TransformersInputs> {
  /** Of `AutoTokenizer.from_pretrained`. */
  readonly tokenizer: (
    texts: string[],
    options: { readonly padding: boolean; readonly truncation: boolean },
  ) => Inputs | Promise<Inputs>;
  /** Of `AutoModel.from_pretrained`. */
  readonly model: (inputs: Inputs) => Promise<Readonly<Record<string, TransformersTensor>>>;
  /**
   * Output `[B, T, D]` that holds the layer. The usual exports have the last one only; for the layer of a published
   * number export the model with it as an output. @defaultValue 'last_hidden_state'
   */
  readonly output?: string;
}

/**
 * Makes the encoder of {@link bertScore} from a model of transformers.js, which the caller loads; nothing is imported.
 *
 * The result throws {@link InvalidInputError} if the model has no such output, {@link ModelOutputError} if its shape does
 * not fit the tokens; the signal's reason.
 *
 * @example
 * ```ts
 * const tokenizer = await AutoTokenizer.from_pretrained(name);
 * const model = await AutoModel.from_pretrained(name);
 * const scorer = bertScore({ embed: transformersEmbedder({ tokenizer, model }), model: `${name}_last` });
 * ```
 */
export function transformersEmbedder<Inputs extends TransformersInputs>({
  tokenizer,
  model,
  output = 'last_hidden_state',
}: TransformersEncoder<Inputs>): EmbedTexts {
  return async (texts, { signal }) => {
    signal?.throwIfAborted();
    if (texts.length === 0) return [];
    const inputs = await tokenizer([...texts], { padding: true, truncation: true });
    const outputs = await model(inputs);
    const states = outputs[output];
    if (states === undefined)
      throw new InvalidInputError('output', `one of ${Object.keys(outputs).join(', ')}`, output);
    const [count, length] = inputs.input_ids.dims;
    const [rows, columns, width = 0] = states.dims;
    if (count !== texts.length || rows !== count || columns !== length || width < 1)
      throw new ModelOutputError(
        `Expected "${output}" of shape [${texts.length}, ${length}, D] from the encoder, got [${states.dims.join(', ')}].`,
      );
    return texts.map((_, row) => unpadded(inputs, states, row, [length, width]));
  };
}

/** Takes the tokens of a row that are not padding, on whichever side that is. */
function unpadded(
  { input_ids: ids, attention_mask: mask }: TransformersInputs,
  states: TransformersTensor,
  row: number,
  [length, width]: readonly [number, number],
): EmbeddedText {
  const places = Array.from({ length }, (_, i) => row * length + i).filter(
    (place) => Number(mask.data[place]) === 1,
  );
  const vectors = new Float64Array(places.length * width);
  for (const [i, place] of places.entries())
    for (let d = 0; d < width; d++) vectors[i * width + d] = Number(states.data[place * width + d]);
  return { tokens: places.map((place) => Number(ids.data[place])), vectors };
}
