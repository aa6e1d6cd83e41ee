import { createRandom, InvalidInputError } from '@cxrkit/core';
import {
  type DecoderSessions,
  type DecoderStepper,
  type GenerationOptions,
  type GenerationStream,
  streamBeamSearch,
  streamGreedy,
  streamSample,
} from '@cxrkit/core/decoding';
import type { Tokenizer } from '@cxrkit/core/tokenizer';
import type { ReportGeneratorConfig } from '../network/config.js';
import type { SentenceEndEvent, TextDeltaEvent } from './generated-report.js';
import { openRegionStepper } from './region-stepper.js';
import type { DecodingOptions } from './report-options.js';
import type { Subject } from './select-regions.js';

/** What writes the texts. */
export interface TextWriter {
  readonly sessions: DecoderSessions;
  readonly config: ReportGeneratorConfig;
  readonly tokenizer: Tokenizer;
}

/** Rows of one step: bounds the cache, 192 kB a token and row at full size. */
const ROWS_A_STEP = 32;

/** Writes about places, as many at a time as memory allows; each text is independent of the others. */
export async function* writeTexts(
  writer: TextWriter,
  subjects: readonly Subject[],
  options: DecodingOptions & { readonly signal?: AbortSignal | undefined },
): AsyncGenerator<TextDeltaEvent | SentenceEndEvent, void, undefined> {
  const { decoding = 'beam', beams = writer.config.beams } = options;
  const size = decoding === 'beam' ? Math.max(1, Math.floor(ROWS_A_STEP / beams)) : ROWS_A_STEP;
  for (let start = 0; start < subjects.length; start += size)
    yield* writeTogether(writer, subjects.slice(start, start + size), { ...options, beams });
}

async function* writeTogether(
  { sessions, config, tokenizer }: TextWriter,
  subjects: readonly Subject[],
  options: DecodingOptions & { readonly signal?: AbortSignal | undefined },
): AsyncGenerator<TextDeltaEvent | SentenceEndEvent, void, undefined> {
  const features = subjects.map((subject) => subject.features);
  const { signal } = options;
  await using stepper = await openRegionStepper(sessions, config, features, { signal });
  const texts = subjects.map(() => '');
  for await (const event of decode(stepper, subjects, config, options)) {
    const region = subjects[event.sequence].name;
    const isEnd = event.type === 'sequence-end';
    const text = tokenizer.decode(isEnd ? event.result.tokens : event.tokens);
    const before = texts[event.sequence];
    texts[event.sequence] = text;
    // The best text may end before the leading beam does, or be another: the last delta always leads to it.
    if (text !== before || !isEnd) {
      const keep = commonPrefix(before, text);
      yield { type: 'text-delta', region, keep, delta: text.slice(keep), text };
    }
    if (!isEnd) continue;
    const { score: beamScore, finished } = event.result;
    yield { type: 'sentence-end', region, sentence: text, beamScore, finished };
  }
}

function decode(
  stepper: DecoderStepper,
  subjects: readonly Subject[],
  config: ReportGeneratorConfig,
  options: DecodingOptions & { readonly signal?: AbortSignal | undefined },
): GenerationStream {
  const { decoding = 'beam', beams, temperature, topP, seed = 0, signal } = options;
  const { bosTokenId, eosTokenId, earlyStopping } = config;
  const maxLength = checkedLength(options.maxLength, config);
  const common: GenerationOptions = { bosTokenId, eosTokenId, maxLength, signal };
  const count = subjects.length;
  if (decoding === 'beam')
    return streamBeamSearch(stepper, count, { ...common, beams, earlyStopping });
  if (decoding === 'greedy') return streamGreedy(stepper, count, common);
  // A region's text must not depend on which others are written.
  const seeds = subjects.map(({ index }) => createRandom(seed, index).integer(2 ** 31));
  return streamSample(stepper, count, { ...common, temperature, topP, seed: seeds });
}

function checkedLength(asked: number | undefined, { maxLength }: ReportGeneratorConfig): number {
  if (asked !== undefined && asked > maxLength)
    throw new InvalidInputError('maxLength', `at most the model's ${maxLength}`, asked);
  return asked ?? maxLength;
}

/** @returns How many characters two texts share at their start. */
function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
