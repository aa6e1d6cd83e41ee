import { CHEXPERT_FINDINGS, type ChexpertFinding } from '@cxrkit/core';
import { writeModelFolder } from '@cxrkit/core/model';
import { createTokenizer, type TokenizerJson, trainByteBpe } from '@cxrkit/core/tokenizer';
import { cast, embedding, Graph, graphContents, linear, mul, reduceSum, reshape } from '@cxrkit/nn';
import { initializeWeights } from '@cxrkit/nn/train';

/** Width of the sum of embeddings that the heads see. */
const WIDTH = 8;

/** The heads in an order that is not CheXbert's, so that nothing passes by position. */
const HEADS: readonly ChexpertFinding[] = CHEXPERT_FINDINGS.toReversed();

const classesOf = (finding: ChexpertFinding): number => (finding === 'No Finding' ? 2 : 4);

/** A graph shaped like CheXbert: token ids to the logits of 14 heads, here from the sum of embeddings. */
function tinyGraph(vocabulary: number): Graph {
  const graph = new Graph('inference');
  const ids = graph.input('input_ids', 'int64', ['batch', 'length']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'length']);
  const weights = reshape(cast(mask, 'float32'), ['batch', 'length', 1]);
  const words = mul(embedding(ids, 'words', vocabulary, WIDTH), weights);
  const sum = reduceSum(words, { axes: [1] });
  for (const [i, finding] of HEADS.entries())
    graph.output(`head_${i}`, linear(sum, `heads.${i}`, classesOf(finding)));
  return graph;
}

/** A CheXbert-shaped model with random weights, and what it says of a text. */
export interface TinyChexbert {
  /** Computes a label without any graph: 1, 0, -1 or `null`. */
  label(text: string, finding: ChexpertFinding): number | null;
}

/** Writes the model folder of a tiny CheXbert in the format of `cxr eval labels --labeler`. */
export async function writeTinyChexbert(
  out: string,
  {
    labels = HEADS,
    template = ['[CLS]', '[SEP]'],
  }: { labels?: readonly string[]; template?: readonly [string, string] | null } = {},
): Promise<TinyChexbert> {
  const json = tokenizerJson(template);
  const tokenizer = createTokenizer(json);
  const graph = tinyGraph(tokenizer.vocabularySize);
  const weights = initializeWeights(graph.parameters, 3);
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  await writeModelFolder(out, {
    manifest: {
      ...{ name: 'tiny-chexbert', version: '0.0.1', stage: 'chexbert' },
      ...{ architecture: {}, preprocessing: {}, labels, tokenizer: 'tokenizer', scores: [] },
      licence: { weights: 'Apache-2.0', data: [] },
      provenance: { command: 'vitest', date: '2026-01-01', trainingData: [] },
      ...{ intendedUse: 'Tests.', notAMedicalDevice: true },
    },
    graphs: { chexbert: graphContents('chexbert', graph, weights, 'float32') },
    files: { tokenizer: { file: 'tokenizer.json', bytes } },
  });
  const data = (name: string): Float32Array => weights.get(name)?.data as Float32Array;
  return {
    label(text, finding) {
      const head = HEADS.indexOf(finding);
      const sum = new Float64Array(WIDTH);
      for (const id of tokenizer.encode(text))
        for (let d = 0; d < WIDTH; d++) sum[d] += data('words.weight')[id * WIDTH + d];
      const logits = Array.from(
        data(`heads.${head}.bias`),
        (bias, c) =>
          bias +
          sum.reduce((total, x, d) => total + x * data(`heads.${head}.weight`)[c * WIDTH + d], 0),
      );
      return [null, 1, 0, -1][logits.indexOf(Math.max(...logits))];
    },
  };
}

function tokenizerJson(template: readonly [string, string] | null): TokenizerJson {
  return trainByteBpe(['The lungs are clear.', 'No pleural effusion is seen.'], {
    ...{ vocabulary: 280, padToken: '[PAD]', specialTokens: ['[PAD]', '[CLS]', '[SEP]'] },
    ...(template && { template }),
  });
}
