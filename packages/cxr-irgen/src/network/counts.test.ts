import { Graph } from '@cxrkit/nn';
import { describe, expect, it } from 'vitest';
import { parameterCount, shapesOf } from './__fixtures__/golden.js';
import {
  BART_BASE,
  bartConfigSchema,
  bartDecoder,
  bartEncoder,
  bartGraphs,
  CLIP_VIT_B32,
  clipTextConfigSchema,
  clipTextGraph,
  clipVisionConfigSchema,
  clipVisionGraph,
  denoiserConfigSchema,
  denoiserGraph,
  latentSide,
  PRIOR_VIT_B2,
  priorConfigSchema,
  priorGraph,
  SD_TEXT_ENCODER,
  SD_UNET,
  SD_VAE,
  U_VIT_L2,
  vaeConfigSchema,
  vaeDecoderGraph,
  vaeEncoderGraph,
} from './index.js';

/** The language module as it is trained. */
function bartGraph(crossAttention: 'one-key' | 'full'): Graph {
  const graph = new Graph('training');
  const ids = graph.input('ids', 'int64', [2, 512]);
  const mask = graph.input('mask', 'int64', [2, 512]);
  const memory = bartEncoder(ids, mask, BART_BASE);
  graph.output('logits', bartDecoder(ids, memory, BART_BASE, { mask, crossAttention }));
  return graph;
}

describe('learned numbers at full size (no weights are made)', () => {
  it.each([
    ['SD v1-4 UNet', [denoiserGraph(SD_UNET)], 859_520_964],
    ['SD VAE', [vaeEncoderGraph(SD_VAE), vaeDecoderGraph(SD_VAE)], 83_653_863],
    ['U-ViT-L/2', [denoiserGraph({ ...U_VIT_L2, contextWidth: null })], 285_738_148],
    ['U-ViT-L/2 with the layer 768 -> 1024', [denoiserGraph(U_VIT_L2)], 286_525_604],
    ['bart-base', [bartGraph('full')], 139_420_416],
    ['ViT-B/2 prior', [priorGraph(PRIOR_VIT_B2)], 85_857_792],
    ["CLIP ViT-L/14's text tower", [clipTextGraph(SD_TEXT_ENCODER)], 123_060_480],
    ["CLIP ViT-B/32's vision tower", [clipVisionGraph(CLIP_VIT_B32)], 87_456_000],
  ])('%s', (_, graphs, count) => {
    expect(parameterCount(...graphs)).toBe(count);
  });

  it('the shortcut of cross-attention leaves out its queries and keys', () => {
    const saved = 6 * 2 * (768 * 768 + 768);
    expect(parameterCount(bartGraph('one-key'))).toBe(139_420_416 - saved);
    expect(parameterCount(...Object.values(bartGraphs(BART_BASE)))).toBe(139_420_416 - saved);
  });

  it('has the keys and shapes of the published checkpoints', () => {
    const unet = shapesOf(denoiserGraph(SD_UNET));
    expect(unet['down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k.weight']).toEqual([
      320, 768,
    ]);
    expect(unet['up_blocks.1.resnets.2.conv_shortcut.weight']).toEqual([1280, 1920, 1, 1]);
    expect(unet['up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight']).toEqual([
      2560, 320,
    ]);
    expect(unet['time_embedding.linear_1.weight']).toEqual([1280, 320]);
    expect(Object.keys(unet)).toHaveLength(686);
    const vae = shapesOf(vaeEncoderGraph(SD_VAE), vaeDecoderGraph(SD_VAE));
    expect(vae['decoder.up_blocks.2.resnets.0.conv_shortcut.weight']).toEqual([256, 512, 1, 1]);
    expect(vae['encoder.mid_block.attentions.0.proj_attn.weight']).toEqual([512, 512]);
    expect(Object.keys(vae)).toHaveLength(248);
    const uVit = shapesOf(denoiserGraph(U_VIT_L2));
    expect(uVit.pos_embed).toEqual([1, 258, 1024]);
    expect(uVit['out_blocks.9.skip_linear.weight']).toEqual([1024, 2048]);
    expect(uVit['decoder_pred.weight']).toEqual([16, 1024]);
    const text = shapesOf(clipTextGraph(SD_TEXT_ENCODER));
    expect(text['text_model.embeddings.position_embedding.weight']).toEqual([77, 768]);
    expect(Object.keys(text)).toHaveLength(196);
    const picture = shapesOf(clipVisionGraph(CLIP_VIT_B32));
    expect(picture['vision_model.embeddings.position_embedding.weight']).toEqual([50, 768]);
    expect(Object.keys(picture)).toHaveLength(199);
  });
});

describe('configurations', () => {
  it('of the published models are valid', () => {
    expect(vaeConfigSchema.parse(SD_VAE)).toEqual(SD_VAE);
    expect(denoiserConfigSchema.parse(SD_UNET)).toEqual(SD_UNET);
    expect(denoiserConfigSchema.parse(U_VIT_L2)).toEqual(U_VIT_L2);
    expect(bartConfigSchema.parse(BART_BASE)).toEqual(BART_BASE);
    expect(priorConfigSchema.parse(PRIOR_VIT_B2)).toEqual(PRIOR_VIT_B2);
    expect(clipTextConfigSchema.parse(SD_TEXT_ENCODER)).toEqual(SD_TEXT_ENCODER);
    expect(clipVisionConfigSchema.parse(CLIP_VIT_B32)).toEqual(CLIP_VIT_B32);
    expect(latentSide(SD_VAE)).toBe(32);
  });

  it.each([
    ['groups that do not divide', vaeConfigSchema, { ...SD_VAE, groups: 48 }],
    ['a side that does not halve', vaeConfigSchema, { ...SD_VAE, side: 252 }],
    ['an unknown key', vaeConfigSchema, { ...SD_VAE, sides: 1 }],
    ['groups that do not divide', denoiserConfigSchema, { ...SD_UNET, groups: 48 }],
    ['heads that do not divide', denoiserConfigSchema, { ...SD_UNET, heads: 7 }],
    ['too few entries of attention', denoiserConfigSchema, { ...SD_UNET, attention: [true] }],
    ['a side that does not halve', denoiserConfigSchema, { ...SD_UNET, side: 36 }],
    ['another kind', denoiserConfigSchema, { ...U_VIT_L2, kind: 'dit' }],
    ['an odd depth', denoiserConfigSchema, { ...U_VIT_L2, depth: 21 }],
    ['a patch that does not divide', denoiserConfigSchema, { ...U_VIT_L2, patch: 3 }],
    ['heads that do not divide', denoiserConfigSchema, { ...U_VIT_L2, heads: 15 }],
    ['texts longer than the positions', bartConfigSchema, { ...BART_BASE, maxLength: 1025 }],
    ['a token beyond the vocabulary', bartConfigSchema, { ...BART_BASE, eosTokenId: 50_265 }],
    ['heads that do not divide', bartConfigSchema, { ...BART_BASE, heads: 7 }],
    ['a patch that does not divide', priorConfigSchema, { ...PRIOR_VIT_B2, patch: 5 }],
    ['heads that do not divide', clipTextConfigSchema, { ...SD_TEXT_ENCODER, heads: 7 }],
    ['an end that is not last', clipTextConfigSchema, { ...SD_TEXT_ENCODER, endToken: 49_406 }],
    ['a patch that does not divide', clipVisionConfigSchema, { ...CLIP_VIT_B32, patch: 30 }],
    ['heads that do not divide', priorConfigSchema, { ...PRIOR_VIT_B2, heads: 7 }],
  ])('refuse %s', (_, schema, config) => {
    expect(schema.safeParse(config).success).toBe(false);
  });
});
