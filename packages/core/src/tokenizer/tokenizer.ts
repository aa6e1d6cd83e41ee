import { readFile } from 'node:fs/promises';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { ModelLoadError } from '../errors.js';
import type { Tensor } from '../tensor.js';

/** Texts as a model takes them: rows of equal length, padding at the end. */
export interface TokenBatch {
  /** int64 `[B, L]` */
  readonly ids: Tensor<'int64'>;
  /** int64 `[B, L]`, 1 = token, 0 = padding. */
  readonly mask: Tensor<'int64'>;
  /** Rows that were cut at `maxLength`. */
  readonly truncated: readonly number[];
}

export interface EncodeBatchOptions {
  /** Most tokens of a row, special ones included. */
  readonly maxLength: number;
  /** `longest` pads to the longest row, `max` to `maxLength`. @defaultValue 'longest' */
  readonly padding?: 'longest' | 'max';
}

/** A Hugging Face `tokenizer.json`, ready to use. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** @returns Ids with the special tokens that the tokenizer's template adds. */
  encode(text: string): number[];
  encodeBatch(texts: readonly string[], options: EncodeBatchOptions): TokenBatch;
  /** @returns Text without special tokens, with the spaces before punctuation cleaned up as Hugging Face does. */
  decode(ids: readonly number[]): string;
  /** @returns The id of a token, `undefined` if it is not in the vocabulary. */
  tokenId(token: string): number | undefined;
}

/**
 * Reads a `tokenizer.json`.
 *
 * @throws {@link ModelLoadError} if the file is missing or no tokenizer.
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  try {
    return createTokenizer(JSON.parse(await readFile(path, 'utf8')) as TokenizerJson);
  } catch (cause) {
    throw new ModelLoadError(path, 'it is no readable tokenizer.json', cause);
  }
}

/** The parts of `tokenizer.json` that we look at ourselves; the rest is the library's. */
export interface TokenizerJson {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly padding?: { readonly pad_id?: number } | null;
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/** Makes a tokenizer from the parsed file. */
export function createTokenizer(json: TokenizerJson): Tokenizer {
  const library = new HubTokenizer(json, {});
  const padId = json.padding?.pad_id ?? library.token_to_id('[PAD]') ?? 0;
  const ids = [
    ...Object.values(json.model.vocab),
    ...(json.added_tokens ?? []).map(({ id }) => id),
  ];
  const encode = (text: string): number[] => library.encode(text).ids;
  return {
    vocabularySize: ids.reduce((most, id) => Math.max(most, id + 1), 0),
    encode,
    encodeBatch: (texts, options) => batch(texts.map(encode), padId, options),
    // The library refuses an empty list.
    decode: (tokens) =>
      tokens.length === 0
        ? ''
        : cleanUp(
            library.decode([...tokens], {
              skip_special_tokens: true,
              clean_up_tokenization_spaces: false,
            }),
          ),
    tokenId: (token) => library.token_to_id(token),
  };
}

function batch(
  rows: readonly number[][],
  padId: number,
  { maxLength, padding }: EncodeBatchOptions,
): TokenBatch {
  // A cut row keeps its last token, the separator.
  const cut = rows.map((row) =>
    row.length > maxLength ? [...row.slice(0, maxLength - 1), row[row.length - 1]] : row,
  );
  const length = padding === 'max' ? maxLength : Math.max(1, ...cut.map((row) => row.length));
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * length);
  cut.forEach((row, i) => {
    ids.set(row.map(BigInt), i * length);
    mask.fill(1n, i * length, i * length + row.length);
  });
  const dims = [rows.length, length];
  return {
    ids: { type: 'int64', dims, data: ids },
    mask: { type: 'int64', dims, data: mask },
    truncated: rows.flatMap((row, i) => (row.length > maxLength ? [i] : [])),
  };
}

/** Hugging Face's clean_up_tokenization of the marks a report holds. */
function cleanUp(text: string): string {
  return text
    .replace(/ ([.?!,])/g, '$1')
    .replace(/ (n't|'m|'s|'ve|'re)/g, '$1')
    .trim();
}
