import { createRandom, float32, type Tensor, type Tensors } from '@cxrkit/core';
import { createTokenizer, type TokenizerJson } from '@cxrkit/core/tokenizer';
import { encodeTexts, textTokens } from './encode-texts.js';
import { EpochOrder } from './epoch-order.js';
import { featuresOf, type PackedRegions, REGIONS } from './packed-regions.js';

/** Plain data that a batch worker is started with. */
export interface ReportBatchData {
  readonly regions: PackedRegions;
  readonly tokenizer: TokenizerJson;
  readonly bosTokenId: number;
  readonly eosTokenId: number;
  /** Pictures a batch, for the classifiers. */
  readonly pictures: number;
  /** Texts a batch, for the decoder; drawn apart from the pictures, so that every row is used. */
  readonly texts: number;
  readonly textLength: number;
  readonly seed: number;
}

/** Opens the batch maker: see `trainingGraph` for the names and shapes it gives. */
export async function openReportBatches(
  data: ReportBatchData,
): Promise<(index: number) => Promise<Tensors>> {
  const { regions, textLength, seed } = data;
  const pictures = new EpochOrder(regions.pictures, seed, 1);
  const texts = new EpochOrder(regions.texts.length, seed, 2);
  const tokenizer = createTokenizer(data.tokenizer);
  const known = new Map<string, number[]>();
  const tokensOf = (text: string): number[] => {
    const tokens = known.get(text) ?? textTokens(tokenizer, text, data);
    known.set(text, tokens);
    return tokens;
  };
  return async (index) => {
    const drawn = Array.from({ length: data.texts }, (_, i) => {
      const { item, epoch } = texts.at(index * data.texts + i);
      const { row, alternatives } = regions.texts[item];
      const pick = createRandom(seed, 3, epoch, item).integer(alternatives.length);
      return { row, tokens: tokensOf(alternatives[pick]) };
    });
    const encoded = encodeTexts(
      drawn.map(({ tokens }) => tokens),
      textLength,
      data,
    );
    const rows = Array.from({ length: data.pictures }, (_, i) => {
      const { item } = pictures.at(index * data.pictures + i);
      return Array.from({ length: REGIONS }, (_, region) => item * REGIONS + region);
    }).flat();
    return {
      ...classifierTensors(regions, rows),
      text_features: gatherFeatures(
        regions,
        drawn.map(({ row }) => row),
      ),
      ids: encoded.ids,
      targets: encoded.targets,
      target_weights: encoded.weights,
    };
  };
}

/** Features and labels of regions; those that are not detected, or whose label nobody knows, weigh nothing. */
function classifierTensors(regions: PackedRegions, rows: readonly number[]): Tensors {
  const column = (values: Uint8Array): Tensor => float32(rows.map((row) => values[row]));
  return {
    features: gatherFeatures(regions, rows),
    selection_targets: column(regions.selected),
    selection_weights: column(regions.detected),
    abnormality_targets: column(regions.abnormal),
    abnormality_weights: column(regions.abnormalKnown),
  };
}

/** float32 `[rows, D_in]` */
export function gatherFeatures(regions: PackedRegions, rows: readonly number[]): Tensor {
  const data = new Float32Array(rows.length * regions.width);
  for (const [i, row] of rows.entries()) data.set(featuresOf(regions, row), i * regions.width);
  return float32(data, [rows.length, regions.width]);
}
