import type { DecoderStepper } from './decoder-stepper.js';
import {
  checkGeneration,
  type GeneratedSequence,
  type GenerationOptions,
  type GenerationStream,
} from './generation.js';
import { logSumExp, stepLogits } from './step-logits.js';

/** Picks the next token of a sequence from its `[V]` logits. */
export type ChooseToken = (logits: Float32Array, sequence: number) => number;

interface OpenSequence {
  readonly sequence: number;
  readonly tokens: number[];
  /** Row of the previous step that holds this sequence. */
  row: number;
  logProbability: number;
}

/** The loop of greedy decoding and sampling: one row a sequence, finished rows leave the batch. */
export async function* streamTokens(
  stepper: DecoderStepper,
  batchSize: number,
  options: GenerationOptions,
  choose: ChooseToken,
): GenerationStream {
  checkGeneration(batchSize, options);
  const { bosTokenId, eosTokenId, maxLength, signal } = options;
  const vocabularySize = stepper.vocabularySize;
  const results: GeneratedSequence[] = [];
  let open = Array.from(
    { length: batchSize },
    (_, row): OpenSequence => ({ sequence: row, tokens: [], row, logProbability: 0 }),
  );
  while (open.length > 0) {
    const logits = await stepLogits(
      stepper,
      open.map(({ tokens }) => tokens.at(-1) ?? bosTokenId),
      open.map(({ row }) => row),
      signal,
    );
    const stillOpen: OpenSequence[] = [];
    for (const [row, item] of open.entries()) {
      const rowLogits = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
      const normaliser = logSumExp(rowLogits);
      const token = choose(rowLogits, item.sequence);
      item.logProbability += rowLogits[token] - normaliser;
      item.row = row;
      const finished = token === eosTokenId;
      if (!finished) {
        item.tokens.push(token);
        yield { type: 'token', sequence: item.sequence, token, tokens: [...item.tokens] };
      }
      if (finished || item.tokens.length + 1 >= maxLength) {
        const result = close(item, finished);
        results[item.sequence] = result;
        yield { type: 'sequence-end', sequence: item.sequence, result };
      } else stillOpen.push(item);
    }
    open = stillOpen;
  }
  return results;
}

function close({ tokens, logProbability }: OpenSequence, finished: boolean): GeneratedSequence {
  return { tokens, score: logProbability, logProbability, finished };
}
