import { int64, type Tensor } from '@cxrkit/core';
import type { Tokenizer } from '@cxrkit/core/tokenizer';
import type { ReportGeneratorConfig } from '../network/config.js';

/** Texts as the decoder learns them, in rows of equal length. */
export interface TextTensors {
  /** int64 `[N, T]`: BOS and the text, then anything. */
  readonly ids: Tensor<'int64'>;
  /** int64 `[N * T]`: the token that follows each, EOS last. */
  readonly targets: Tensor<'int64'>;
  /** float32 `[N * T]`, 1 = counts, 0 = padding. */
  readonly weights: Tensor<'float32'>;
}

/** @returns Tokens of a text without the special ones that a tokenizer's template may add. */
export function textTokens(
  tokenizer: Tokenizer,
  text: string,
  { bosTokenId, eosTokenId }: Pick<ReportGeneratorConfig, 'bosTokenId' | 'eosTokenId'>,
): number[] {
  return tokenizer.encode(text).filter((id) => id !== bosTokenId && id !== eosTokenId);
}

/** Frames texts as BOS + text + EOS and shifts them by one; what is longer than `length` is cut. */
export function encodeTexts(
  rows: readonly (readonly number[])[],
  length: number,
  { bosTokenId, eosTokenId }: Pick<ReportGeneratorConfig, 'bosTokenId' | 'eosTokenId'>,
): TextTensors {
  const size = rows.length * length;
  const ids = new BigInt64Array(size).fill(BigInt(eosTokenId));
  const targets = new BigInt64Array(size).fill(BigInt(eosTokenId));
  const weights = new Float32Array(size);
  for (const [i, tokens] of rows.entries()) {
    const [from, to] = [
      [bosTokenId, ...tokens],
      [...tokens, eosTokenId],
    ].map((list) => list.slice(0, length).map(BigInt));
    ids.set(from, i * length);
    targets.set(to, i * length);
    weights.fill(1, i * length, i * length + to.length);
  }
  return {
    ids: int64(ids, [rows.length, length]),
    targets: int64(targets),
    weights: { type: 'float32', dims: [size], data: weights },
  };
}
