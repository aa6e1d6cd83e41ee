import type { StepFeeds } from './checked-step.js';
import {
  checkGeneration,
  type GeneratedSequence,
  type GenerationOptions,
  type GenerationStream,
} from './generation.js';

/** The token that a row goes on with. */
interface ChosenToken {
  readonly token: number;
  /** Natural, by the model. */
  readonly logProbability: number;
}

/** Takes a step and picks the next token of each row; `sequences` tells which prompts the rows belong to. */
export type ChooseTokens = (
  feeds: StepFeeds,
  sequences: readonly number[],
) => Promise<readonly ChosenToken[]>;

interface OpenSequence {
  readonly sequence: number;
  readonly tokens: number[];
  /** Row of the previous step that holds this sequence. */
  row: number;
  logProbability: number;
}

/** The loop of greedy decoding and sampling: one row a sequence, finished rows leave the batch. */
export async function* streamTokens(
  batchSize: number,
  options: GenerationOptions,
  choose: ChooseTokens,
): GenerationStream {
  checkGeneration(batchSize, options);
  const { bosTokenId, eosTokenId, maxLength, signal } = options;
  const results: GeneratedSequence[] = [];
  let open = Array.from(
    { length: batchSize },
    (_, row): OpenSequence => ({ sequence: row, tokens: [], row, logProbability: 0 }),
  );
  while (open.length > 0) {
    const chosen = await choose(
      {
        tokens: open.map(({ tokens }) => tokens.at(-1) ?? bosTokenId),
        rows: open.map(({ row }) => row),
        signal,
      },
      open.map(({ sequence }) => sequence),
    );
    const stillOpen: OpenSequence[] = [];
    for (const [row, item] of open.entries()) {
      const { token, logProbability } = chosen[row];
      item.logProbability += logProbability;
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
