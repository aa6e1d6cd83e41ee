import {
  add,
  constantInitializer,
  exp,
  Graph,
  matmul,
  mul,
  slice,
  sub,
  transpose,
  type Value,
} from '@cxrkit/nn';
import { binaryCrossEntropy, contrastive, type LossTerm, weightedMean } from '@cxrkit/nn/train';
import type { ClipConfig } from '../network/config.js';
import { imageEncoder } from '../network/image-encoder.js';
import { textEncoder } from '../network/text-encoder.js';

/** Shapes of a training batch. */
export interface TrainingShapes {
  readonly batchSize: number;
  readonly side: number;
  readonly textLength: number;
  readonly promptLength: number;
  readonly findings: number;
}

/** Weights of the parts of the loss. */
export interface LossWeights {
  /** Four image-text terms, averaged (CXR-CLIP `loss/cxr_clip.py`). */
  readonly imageText: number;
  readonly imageImage: number;
  readonly textText: number;
  /**
   * Binary cross-entropy of the prompt pairs: what zero-shot classification reads out. Not in CXR-CLIP; with a few
   * thousand pictures and a batch of dozens the contrastive terms alone give too weak a signal per finding.
   */
  readonly prompts: number;
}

export const R_CLIP_LOSS: LossWeights = { imageText: 1, imageImage: 1, textText: 0.5, prompts: 0 };

/** Forward graph of one batch in two views, with its losses. */
export function trainingGraph(
  config: ClipConfig,
  shapes: TrainingShapes,
  weights: LossWeights,
): { graph: Graph; losses: Record<string, LossTerm> } {
  const graph = new Graph('training');
  const { batchSize: n, side, textLength, promptLength, findings } = shapes;
  const tokens = (name: string, rows: number, length: number): [Value, Value] => [
    graph.input(`${name}_ids`, 'int64', [rows, length]),
    graph.input(`${name}_mask`, 'int64', [rows, length]),
  ];
  const pixels = graph.input('pixel_values', 'float32', [2 * n, config.image.channels, side, side]);
  const images = imageEncoder(pixels, config).embedding;
  const ids = graph.input('input_ids', 'int64', [2 * n, textLength]);
  const texts = textEncoder(
    ids,
    graph.input('attention_mask', 'int64', [2 * n, textLength]),
    config,
  ).embedding;
  // log(1 / 0.07), learned (Radford et al. 2021); the temperature is shared by all terms.
  const scale = exp(
    graph.parameter('logit_scale', [], { initializer: constantInitializer(Math.log(1 / 0.07)) }),
  );
  const [i1, i2] = halves(images, n);
  const [t1, t2] = halves(texts, n);
  const targets = ['targets_1', 'targets_2', 'targets_text'].map((name) =>
    graph.input(name, 'float32', [n, n]),
  );
  const term = (a: Value, b: Value, wanted: Value): Value =>
    contrastive(mul(matmul(a, transpose(b, [1, 0])), scale), wanted);
  const imageText = mul(
    [
      term(i1, t1, targets[0]),
      term(i2, t1, targets[0]),
      term(i1, t2, targets[1]),
      term(i2, t2, targets[1]),
    ].reduce(add),
    0.25,
  );
  const losses: Record<string, LossTerm> = {
    image_text: { value: imageText, weight: weights.imageText },
    image_image: { value: term(i1, i2, identity(graph, n)), weight: weights.imageImage },
    text_text: { value: term(t1, t2, targets[2]), weight: weights.textText },
  };
  if (weights.prompts > 0) {
    const prompts = textEncoder(...tokens('prompt', 2 * findings, promptLength), config).embedding;
    losses.prompts = {
      value: promptLoss(images, prompts, scale, { n, findings }),
      weight: weights.prompts,
    };
  }
  return { graph, losses };
}

function halves(x: Value, n: number): [Value, Value] {
  return [slice(x, [{ axis: 0, start: 0, end: n }]), slice(x, [{ axis: 0, start: n, end: 2 * n }])];
}

function identity(graph: Graph, n: number): Value {
  const data = Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  return graph.constant({ type: 'float32', dims: [n, n], data });
}

/** scale * (cos positive - cos negative) against the labels, both views; unknown labels weigh nothing. */
function promptLoss(
  images: Value,
  prompts: Value,
  scale: Value,
  { n, findings }: { n: number; findings: number },
): Value {
  const { graph } = images;
  const [positive, negative] = halves(prompts, findings);
  const logits = mul(matmul(images, transpose(sub(positive, negative), [1, 0])), scale); // [2N, F]
  const labels = graph.input('labels', 'float32', [n, findings]);
  const known = graph.input('label_weights', 'float32', [n, findings]);
  const perView = halves(logits, n).map((view) =>
    weightedMean(binaryCrossEntropy(view, labels), known),
  );
  return mul(add(perView[0], perView[1]), 0.5);
}
