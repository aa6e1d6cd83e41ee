import { type ModelFolder, writeModelFolder } from '@cxrkit/core/model';
import { trainByteBpe } from '@cxrkit/core/tokenizer';
import {
  cast,
  conv2d,
  embedding,
  Graph,
  globalAveragePool,
  graphContents,
  l2Normalize,
  linear,
  mul,
  reduceMean,
  reshape,
  unsqueeze,
} from '@cxrkit/nn';
import { PROMPT_FINDINGS, promptOf } from '../src/index.js';
import { META, randomWeights, TINY } from './tiny-sizes.js';

const PROMPTS = ['positive', 'negative', 'uncertain'].map((state) =>
  promptOf(Object.fromEntries(PROMPT_FINDINGS.map((finding) => [finding, state]))),
);
const VOCABULARY = 400;

/** Writes encoders of the contract of stage `clip-classifier` with random weights. */
export async function writeTinyEncoders(
  out: string,
  { hasTokenStates = true } = {},
): Promise<ModelFolder> {
  const { width, textLength, pictureSide } = TINY;
  const tokenizer = trainByteBpe(PROMPTS, {
    vocabulary: VOCABULARY,
    ...{ specialTokens: ['[PAD]', '[CLS]', '[SEP]'], padToken: '[PAD]' },
    template: ['[CLS]', '[SEP]'],
  });
  const image = new Graph('inference');
  const pixels = image.input('pixel_values', 'float32', ['batch', 1, pictureSide, pictureSide]);
  const map = conv2d(pixels, 'conv', width, 3, { stride: 2 });
  const features = reshape(globalAveragePool(map), ['batch', width]);
  image.output('embedding', l2Normalize(linear(features, 'projection', width)));
  image.output('features', features);
  const text = new Graph('inference');
  const ids = text.input('input_ids', 'int64', ['batch', 'length']);
  const mask = text.input('attention_mask', 'int64', ['batch', 'length']);
  const words = embedding(ids, 'words', VOCABULARY, width);
  const states = mul(linear(words, 'states', width), unsqueeze(cast(mask, 'float32'), 2));
  text.output('embedding', l2Normalize(reduceMean(states, { axes: [1] })));
  if (hasTokenStates) text.output('last_hidden_state', states);
  const graphs = { image, text };
  const weights = randomWeights(Object.values(graphs), 11);
  return await writeModelFolder(out, {
    manifest: {
      ...{ ...META, notAMedicalDevice: true },
      ...{ name: 'tiny-encoders', stage: 'clip-classifier', tokenizer: 'tokenizer' },
      architecture: { text: { maxLength: textLength } },
      preprocessing: { side: pictureSide, mean: [0.5], deviation: [0.25] },
    },
    graphs: {
      image: graphContents('image', image, weights, 'float32'),
      text: graphContents('text', text, weights, 'float32'),
    },
    files: {
      tokenizer: {
        file: 'tokenizer.json',
        bytes: new TextEncoder().encode(JSON.stringify(tokenizer)),
      },
    },
  });
}
