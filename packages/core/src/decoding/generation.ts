import { InvalidInputError } from '../errors.js';
import type { ProgressListener } from '../progress.js';

/** What every decoding loop needs to know. */
export interface GenerationOptions {
  /** First token fed to each row. */
  readonly bosTokenId: number;
  /** Token that ends a sequence; `null` lets every sequence run to `maxLength`. May equal `bosTokenId`. */
  readonly eosTokenId: number | null;
  /** Longest sequence in tokens; BOS counts, EOS does not. At least 2. */
  readonly maxLength: number;
  /** Checked before each token. */
  readonly signal?: AbortSignal | undefined;
}

/** Listeners of the verbs that return a promise; their `stream…` twins yield the same events instead. */
export interface GenerationListeners {
  readonly onToken?: ((event: TokenEvent) => void) | undefined;
  /** Phase `decode`, unit `tokens`: token events so far, over all sequences. */
  readonly onProgress?: ProgressListener | undefined;
}

/** What a decoder wrote for one prompt. */
export interface GeneratedSequence {
  /** Without BOS and EOS. */
  readonly tokens: readonly number[];
  /** What the loop ranks by: length-normalised for beam search, else equal to `logProbability`. */
  readonly score: number;
  /** Sum of the model's natural log-probabilities of the tokens, EOS included where there is one. */
  readonly logProbability: number;
  /** Ended by EOS; false when cut at `maxLength`. */
  readonly finished: boolean;
}

/** A sequence has grown by one token. */
export interface TokenEvent {
  readonly type: 'token';
  /** Index of the prompt. */
  readonly sequence: number;
  /** The newest token, never EOS. */
  readonly token: number;
  /** All tokens so far without BOS, `token` last. In beam search: of the leading open beam, so earlier tokens may change. */
  readonly tokens: readonly number[];
}

/** A sequence is complete. */
export interface SequenceEndEvent {
  readonly type: 'sequence-end';
  readonly sequence: number;
  readonly result: GeneratedSequence;
}

export type GenerationEvent = TokenEvent | SequenceEndEvent;

/** A decoding loop as it runs: yields events, returns one sequence a prompt in prompt order. */
export type GenerationStream = AsyncGenerator<GenerationEvent, GeneratedSequence[], undefined>;

/** @throws {@link InvalidInputError} if the batch size or an option is out of range. */
export function checkGeneration(
  batchSize: number,
  { bosTokenId, eosTokenId, maxLength }: GenerationOptions,
): void {
  checkInteger('batchSize', batchSize, 0);
  checkInteger('bosTokenId', bosTokenId, 0);
  if (eosTokenId !== null) checkInteger('eosTokenId', eosTokenId, 0);
  checkInteger('maxLength', maxLength, 2);
}

/** @throws {@link InvalidInputError} unless `value` is an integer of at least `minimum`. */
export function checkInteger(name: string, value: number, minimum: number): void {
  if (!Number.isInteger(value) || value < minimum)
    throw new InvalidInputError(name, `an integer >= ${minimum}`, value);
}

/** Runs a stream to its end, telling the listeners. */
export async function drainGeneration(
  stream: GenerationStream,
  { onToken, onProgress }: GenerationListeners,
): Promise<GeneratedSequence[]> {
  let completed = 0;
  for (;;) {
    const next = await stream.next();
    if (next.done) return next.value;
    if (next.value.type !== 'token') continue;
    onToken?.(next.value);
    completed++;
    onProgress?.({ phase: 'decode', completed, unit: 'tokens' });
  }
}
