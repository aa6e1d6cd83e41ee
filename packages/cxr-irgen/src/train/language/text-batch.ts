import { float32, int64, type Tensors } from '@cxrkit/core';
import type { Tokenizer } from '@cxrkit/core/tokenizer';
import type { BartConfig } from '../../network/bart/config.js';

/**
 * Encodes texts as the language module learns them (cxr-irgen.md 3): the encoder reads BOS, text, EOS; the decoder
 * reads the same behind one more EOS, and is to give the text back.
 *
 * @param length - Tokens of a row; longer texts are cut and keep their EOS.
 * @returns `input_ids`, `attention_mask`, `decoder_ids`, `decoder_mask` `[N, T]`, `targets` and `weights` `[N * T]`.
 */
export function textBatch(
  texts: readonly string[],
  tokenizer: Tokenizer,
  length: number,
  { eosTokenId, padTokenId }: Pick<BartConfig, 'eosTokenId' | 'padTokenId'>,
  maskPadding: boolean,
): Tensors {
  const { ids, mask } = tokenizer.encodeBatch(texts, { maxLength: length, padding: 'max' });
  // A tokenizer.json need not say how it pads; bart-base's does not.
  for (const [i, bit] of mask.data.entries()) if (bit === 0n) ids.data[i] = BigInt(padTokenId);
  const size = texts.length * length;
  const decoderIds = new BigInt64Array(size);
  const decoderMask = new BigInt64Array(size);
  for (let i = 0; i < size; i++) {
    const isFirst = i % length === 0;
    decoderIds[i] = isFirst ? BigInt(eosTokenId) : ids.data[i - 1];
    decoderMask[i] = isFirst ? 1n : mask.data[i - 1];
  }
  const weights = Float32Array.from(mask.data, (bit) => (maskPadding ? Number(bit) : 1));
  return {
    ...{ input_ids: ids, attention_mask: mask },
    decoder_ids: int64(decoderIds, [texts.length, length]),
    decoder_mask: int64(decoderMask, [texts.length, length]),
    targets: int64(ids.data.slice(), [size]),
    weights: float32(weights, [size]),
  };
}

/** @returns Tokens of the longest text, special ones included. */
export function longestText(texts: readonly string[], tokenizer: Tokenizer): number {
  return texts.reduce((most, text) => Math.max(most, tokenizer.encode(text).length), 0);
}
