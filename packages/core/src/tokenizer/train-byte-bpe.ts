import { BYTE_LETTERS, countWords } from './byte-words.js';
import { learnMerges } from './learn-merges.js';
import type { TokenizerJson } from './tokenizer.js';

export interface ByteBpeOptions {
  /** Size of the vocabulary, special tokens and the 256 bytes included. */
  readonly vocabulary: number;
  /** Special tokens, which take the first ids. */
  readonly specialTokens: readonly string[];
  /** Wraps every text, such as `['[CLS]', '[SEP]']`. @defaultValue none */
  readonly template?: readonly [before: string, after: string];
  /** Token that fills short rows. */
  readonly padToken: string;
  /** @defaultValue false */
  readonly lowercase?: boolean;
}

/**
 * Learns a byte-level BPE vocabulary (Sennrich et al. 2016, algorithm 1; bytes and words as GPT-2).
 * Every text can be encoded, since all 256 bytes are tokens. Pairs of equal frequency are taken in the order of
 * their code points, so that equal texts give equal vocabularies; the Hugging Face trainer leaves that to chance.
 */
export function trainByteBpe(texts: readonly string[], options: ByteBpeOptions): TokenizerJson {
  const tokens = [...options.specialTokens, ...BYTE_LETTERS];
  const cased = options.lowercase ? texts.map((text) => text.toLowerCase()) : texts;
  const merges = learnMerges(countWords(cased), Math.max(0, options.vocabulary - tokens.length));
  tokens.push(...merges.map(([left, right]) => left + right));
  return tokenizerJson(tokens, merges, options);
}

function tokenizerJson(
  tokens: readonly string[],
  merges: readonly [string, string][],
  options: ByteBpeOptions,
): TokenizerJson {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const special = options.specialTokens.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const json = {
    version: '1.0',
    truncation: null,
    padding: {
      strategy: 'BatchLongest',
      direction: 'Right',
      pad_to_multiple_of: null,
      pad_id: vocab[options.padToken],
      pad_type_id: 0,
      pad_token: options.padToken,
    },
    added_tokens: special,
    normalizer: options.lowercase ? { type: 'Lowercase' } : null,
    pre_tokenizer: {
      type: 'ByteLevel',
      add_prefix_space: false,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: options.template ? templateProcessor(options.template, vocab) : null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges,
    },
  };
  return json;
}

function templateProcessor(
  [before, after]: readonly [string, string],
  vocab: Readonly<Record<string, number>>,
): object {
  const token = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  const text = { Sequence: { id: 'A', type_id: 0 } };
  const entry = (id: string): object => ({ id, ids: [vocab[id]], tokens: [id] });
  return {
    type: 'TemplateProcessing',
    single: [token(before), text, token(after)],
    pair: [token(before), text, token(after), { Sequence: { id: 'B', type_id: 1 } }, token(after)],
    special_tokens: { [before]: entry(before), [after]: entry(after) },
  };
}
