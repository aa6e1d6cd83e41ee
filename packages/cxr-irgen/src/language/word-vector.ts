import type { ResultWarning, TaskOptions, Tensor } from '@cxrkit/core';
import {
  beamSearch,
  type DecoderSessions,
  type GeneratedSequence,
  type GenerationListeners,
  greedy,
  sample,
} from '@cxrkit/core/decoding';
import type { Tokenizer } from '@cxrkit/core/tokenizer';
import { type BartConfig, openBartStepper } from '../network/index.js';
import type { ReportOptions, WrittenReport } from './report-options.js';

/** What turns vectors into words. */
export interface VectorWording {
  readonly sessions: DecoderSessions;
  readonly config: BartConfig;
  readonly tokenizer: Tokenizer;
}

/** Words the vector of a report, `[1, width]`. */
export async function wordVector(
  vector: Tensor<'float32'>,
  wording: VectorWording,
  options: ReportOptions & TaskOptions & { readonly seed: number },
): Promise<WrittenReport> {
  const { tokens, score, finished } = await decode(vector, wording, options);
  const report = tokens.length === 0 ? '' : wording.tokenizer.decode(tokens);
  const warnings: ResultWarning[] = [];
  if (!finished && options.preset !== 'faithful')
    warnings.push({ code: 'text-cut', message: 'The report was cut at the longest length.' });
  if (report === '') warnings.push({ code: 'empty-text', message: 'The decoder wrote nothing.' });
  return { report, score, finished, warnings };
}

async function decode(
  vector: Tensor<'float32'>,
  { sessions, config }: VectorWording,
  options: ReportOptions & TaskOptions & { readonly seed: number },
): Promise<GeneratedSequence> {
  const { signal, onProgress, seed } = options;
  const { eosTokenId, maxLength } = config;
  await using stepper = await openBartStepper(sessions, config, vector, { signal });
  // A text begins with EOS, which stands for nothing, and ends with it.
  const common = { bosTokenId: eosTokenId, eosTokenId, maxLength, signal };
  const listeners: GenerationListeners = { onProgress };
  const { preset, decoding = 'beam', beams, temperature, topP = 0.9 } = options;
  if (preset === 'faithful') {
    const all = { ...common, eosTokenId: null, maxLength: maxLength + 1, seed: [seed] };
    return (await sample(stepper, 1, { ...all, ...listeners }))[0];
  }
  const one = { ...common, ...listeners };
  if (decoding === 'greedy') return (await greedy(stepper, 1, one))[0];
  if (decoding === 'beam') return (await beamSearch(stepper, 1, { ...one, beams }))[0];
  return (await sample(stepper, 1, { ...one, temperature, topP, seed: [seed] }))[0];
}
