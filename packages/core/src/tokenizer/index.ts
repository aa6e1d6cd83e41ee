export {
  createTokenizer,
  type EncodeBatchOptions,
  loadTokenizer,
  type TokenBatch,
  type Tokenizer,
  type TokenizerJson,
} from './tokenizer.js';
export { type ByteBpeOptions, trainByteBpe } from './train-byte-bpe.js';
