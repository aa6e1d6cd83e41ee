import { CheckpointError, type Tensor } from '@cxrkit/core';
import type { Tokenizer } from '@cxrkit/core/tokenizer';
import { parseConfig, type ReportGeneratorConfig, RGRG } from '../network/config.js';

/** Key of the metadata of our safetensors files that holds the config as JSON. */
export const CONFIG_KEY = 'cxrkit.report-gen';

const TRANSFORMER = 'language_model.gpt_with_lm_head.transformer';
/** Width of a head in every published GPT-2. */
const HEAD_WIDTH = 64;

/** What {@link inferConfig} looks at besides the weights. */
export interface InferConfigOptions {
  /** Of the checkpoint. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tokenizer: Tokenizer;
  /** What the shapes do not tell, or tell otherwise. */
  readonly overrides?: Partial<ReportGeneratorConfig> | undefined;
  /** Names the checkpoint in errors. */
  readonly path: string;
}

/**
 * Works out the config of a checkpoint: from our own metadata, else from the shapes, with RGRG's settings for the rest.
 * Heads are taken to be 64 wide, BOS and EOS to be `<|endoftext|>`, positions to be looked up in `wte`.
 *
 * @throws {@link CheckpointError} if a weight is missing, or the result is not valid.
 */
export function inferConfig(
  tensors: ReadonlyMap<string, Pick<Tensor, 'dims'>>,
  { metadata, tokenizer, overrides = {}, path }: InferConfigOptions,
): ReportGeneratorConfig {
  const own = metadata[CONFIG_KEY];
  const found =
    own === undefined ? fromShapes(tensors, tokenizer, path) : (JSON.parse(own) as object);
  const refuse = (problem: string): Error =>
    new CheckpointError(
      path,
      `its shapes give no valid config: ${problem}. Name what they cannot tell in the option config.`,
    );
  return parseConfig({ ...found, ...overrides }, refuse);
}

function fromShapes(
  tensors: ReadonlyMap<string, Pick<Tensor, 'dims'>>,
  tokenizer: Tokenizer,
  path: string,
): ReportGeneratorConfig {
  const dims = (name: string): readonly number[] => {
    const tensor = tensors.get(name);
    if (!tensor) throw new CheckpointError(path, `it lacks ${name}; it is of another architecture`);
    return tensor.dims;
  };
  const selection = (i: number): string =>
    `binary_classifier_region_selection.classifier.${2 * i}.weight`;
  const linears = countWhile((i) => tensors.has(selection(i)));
  const [vocabulary, width] = dims(`${TRANSFORMER}.wte.weight`);
  const end = tokenizer.tokenId('<|endoftext|>') ?? vocabulary - 1;
  return {
    ...RGRG,
    regionFeatures: dims(selection(0))[1],
    classifierWidths: Array.from({ length: linears - 1 }, (_, i) => dims(selection(i))[0]),
    width,
    layers: countWhile((i) => tensors.has(`${TRANSFORMER}.h.${i}.attn.uk.weight`)),
    heads: width / HEAD_WIDTH,
    mlp: dims(`${TRANSFORMER}.h.0.mlp.c_fc.weight`)[1],
    vocabulary,
    positions: tensors.get(`${TRANSFORMER}.wpe.weight`)?.dims[0] ?? RGRG.positions,
    bosTokenId: end,
    eosTokenId: end,
  };
}

function countWhile(holds: (index: number) => boolean): number {
  let count = 0;
  while (holds(count)) count++;
  return count;
}
