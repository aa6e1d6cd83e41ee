import { InvalidInputError } from '@cxrkit/core';
import { createTokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import type { ClipTextConfig } from '../network/index.js';
import { readTokenizerJson, readTokenizerText } from './read-json.js';

/** CLIP's tokenizer: `tokenizer.json` or its path, or the paths of `vocab.json` and `merges.txt`. */
export type ClipTokenizerFiles =
  | string
  | TokenizerJson
  | { readonly vocabulary: string; readonly merges: string };

/** CLIP's words: parts of English contractions, letters, single digits, other marks (`simple_tokenizer.py`). */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
const START = '<|startoftext|>';
const END = '<|endoftext|>';

/**
 * Reads CLIP's tokenizer and sets the padding of Stable Diffusion, which is the end token.
 *
 * @throws {@link ModelLoadError} if a file is missing or unreadable; {@link InvalidInputError} if it is not the tokenizer
 *   of this text tower.
 */
export async function clipTokenizer(
  files: ClipTokenizerFiles,
  { vocabulary, endToken }: ClipTextConfig,
): Promise<TokenizerJson> {
  const json = await readTokenizer(files);
  const padding = {
    strategy: 'BatchLongest',
    direction: 'Right',
    pad_id: endToken,
    pad_token: END,
  };
  const padded = { ...json, truncation: null, padding: { ...padding, pad_type_id: 0 } };
  const tokenizer = createTokenizer(padded);
  const empty = tokenizer.encode('');
  if (empty.length !== 2 || empty[1] !== endToken || tokenizer.vocabularySize > vocabulary)
    throw new InvalidInputError(
      'tokenizer',
      `one of at most ${vocabulary} tokens whose empty text is a start token and ${endToken}`,
      `one of ${tokenizer.vocabularySize} tokens, whose empty text is ${empty.join(', ')}`,
      'Give the tokenizer of the same model as the text encoder.',
    );
  return padded;
}

async function readTokenizer(files: ClipTokenizerFiles): Promise<TokenizerJson> {
  if (typeof files === 'string') return await readTokenizerJson<TokenizerJson>(files);
  if ('model' in files) return files;
  const vocabulary = await readTokenizerJson<Record<string, number>>(files.vocabulary);
  const lines = (await readTokenizerText(files.merges)).split('\n').map((line) => line.trimEnd());
  const merges = lines.filter((line) => line !== '' && !line.startsWith('#version'));
  return clipJson(vocabulary, merges);
}

/** The same tokenizer as Hugging Face makes of the two files. */
function clipJson(
  vocab: Readonly<Record<string, number>>,
  merges: readonly string[],
): TokenizerJson {
  const special = (content: string): [string, number] => [content, vocab[content]];
  const model = {
    ...{ type: 'BPE', dropout: null, unk_token: END, fuse_unk: false },
    ...{ continuing_subword_prefix: '', end_of_word_suffix: '</w>', vocab, merges },
  };
  const json = {
    version: '1.0',
    added_tokens: [START, END].map(special).map(([content, id]) => ({
      ...{ id, content, special: true, normalized: true },
      ...{ single_word: false, lstrip: false, rstrip: false },
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: {
      ...{ type: 'RobertaProcessing', cls: special(START), sep: special(END) },
      ...{ trim_offsets: false, add_prefix_space: false },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    model,
  };
  return json;
}
