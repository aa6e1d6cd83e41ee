import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CxrError } from '../errors.js';
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
 * Learns a byte-level BPE vocabulary (Sennrich et al. 2016; bytes as GPT-2) with the Hugging Face library.
 * Every text can be encoded, since all 256 bytes are tokens.
 *
 * @throws {@link CxrError} `UNSUPPORTED` if the optional package `tokenizers` is not installed.
 */
export async function trainByteBpe(
  texts: readonly string[],
  options: ByteBpeOptions,
): Promise<TokenizerJson> {
  const library = await optionalLibrary();
  const merges = await learnMerges(
    library,
    options.lowercase ? texts.map((text) => text.toLowerCase()) : texts,
  );
  const tokens = [...options.specialTokens, ...library.byteLevelAlphabet()];
  const kept: [string, string][] = [];
  for (const [left, right] of merges) {
    if (tokens.length >= options.vocabulary) break;
    tokens.push(left + right);
    kept.push([left, right]);
  }
  return tokenizerJson(tokens, kept, options);
}

type Library = typeof import('tokenizers');

async function optionalLibrary(): Promise<Library> {
  try {
    return await import('tokenizers');
  } catch (cause) {
    throw new CxrError(
      'Learning a vocabulary needs the optional package "tokenizers". Run: npm install tokenizers',
      {
        code: 'UNSUPPORTED',
        cause,
      },
    );
  }
}

async function learnMerges(
  library: Library,
  texts: readonly string[],
): Promise<[string, string][]> {
  const folder = await mkdtemp(join(tmpdir(), 'cxrkit-bpe-'));
  try {
    const [corpus, saved] = [join(folder, 'corpus.txt'), join(folder, 'tokenizer.json')];
    await writeFile(corpus, texts.join('\n'));
    const tokenizer = new library.Tokenizer(
      library.BPE.empty() as unknown as import('tokenizers').Model,
    );
    tokenizer.setPreTokenizer(library.byteLevelPreTokenizer(false, true));
    tokenizer.train([corpus]);
    tokenizer.save(saved);
    return JSON.parse(await readFile(saved, 'utf8')).model.merges;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
