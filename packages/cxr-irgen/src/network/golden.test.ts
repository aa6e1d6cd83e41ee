import { float32, int64, type Tensor, type Tensors } from '@cxrkit/core';
import type { Graph, Value } from '@cxrkit/nn';
import { describe, expect, it } from 'vitest';
import {
  type Golden,
  pseudoRandom,
  readGolden,
  runGraph,
  runTraining,
  shapesOf,
  worstDifference,
  worstNorm,
} from './__fixtures__/golden.js';
import {
  type ClipTextConfig,
  type ClipVisionConfig,
  clipText,
  clipTextConfigSchema,
  clipTextGraph,
  clipVision,
  clipVisionConfigSchema,
  clipVisionGraph,
  type DenoiserConfig,
  denoiser,
  denoiserConfigSchema,
  denoiserGraph,
  latentSide,
  type PriorConfig,
  prior,
  priorConfigSchema,
  priorGraph,
  type VaeConfig,
  vaeConfigSchema,
  vaeDecoder,
  vaeDecoderGraph,
  vaeEncoder,
  vaeEncoderGraph,
} from './index.js';

const tolerance = 1e-5;
const random = (name: string, dims: number[]): Tensor => float32(pseudoRandom(name, dims), dims);

/** Compares outputs by inference graphs, outputs of the training graph, names of parameters and gradients. */
async function expectGolden<Config>(
  golden: Golden<Config>,
  graphs: readonly Graph[],
  build: (graph: Graph) => Readonly<Record<string, Value>>,
  feeds: Tensors,
): Promise<void> {
  const { outputs, norms, graph } = await runTraining(build, feeds);
  expect(shapesOf(graph)).toEqual(golden.parameters);
  expect(shapesOf(...graphs)).toEqual(golden.parameters);
  const inferred = await Promise.all(
    graphs.map((each) =>
      runGraph(each, Object.fromEntries([...each.inputs.keys()].map((key) => [key, feeds[key]]))),
    ),
  );
  for (const results of [outputs, Object.assign({}, ...inferred) as Tensors])
    for (const [name, expected] of Object.entries(golden.outputs))
      expect(worstDifference(results[name], expected), name).toBeLessThan(tolerance);
  expect(worstNorm(norms, golden.gradientNorms)).toBeLessThan(1e-4);
  expect(Object.keys(norms).sort()).toEqual(Object.keys(golden.gradientNorms).sort());
}

describe('networks against PyTorch: names, outputs and the gradient of every weight', () => {
  it('autoencoder', async () => {
    const golden = readGolden<Golden<VaeConfig>>('vae');
    const config = vaeConfigSchema.parse(golden.config);
    const { imageChannels, side, latentChannels } = config;
    const small = latentSide(config);
    const feeds = {
      pixels: random('pixels', [2, imageChannels, side, side]),
      latents: random('latents', [2, latentChannels, small, small]),
    };
    const build = (graph: Graph) => {
      const { mean, logVariance } = vaeEncoder(
        graph.input('pixels', 'float32', feeds.pixels.dims),
        config,
      );
      const latents = graph.input('latents', 'float32', feeds.latents.dims);
      return { mean, log_variance: logVariance, pixels: vaeDecoder(latents, config) };
    };
    const graphs = [vaeEncoderGraph(config), vaeDecoderGraph(config)];
    await expectGolden(golden, graphs, build, feeds);
  });

  it.each(['unet', 'u-vit', 'u-vit-bare'])('denoiser: %s', async (name) => {
    const golden = readGolden<Golden<DenoiserConfig>>(name);
    const config = denoiserConfigSchema.parse(golden.config);
    const { side, latentChannels } = config;
    const tokens = config.kind === 'u-vit' ? config.contextTokens : 5;
    const feeds = {
      latents: random('latents', [2, latentChannels, side, side]),
      timesteps: float32([981, 20.5]),
      context: random('context', [2, tokens, config.contextWidth ?? 8]),
    };
    const build = (graph: Graph) => {
      const [latents, timesteps, context] = Object.entries(feeds).map(([key, { dims }]) =>
        graph.input(key, 'float32', dims),
      );
      return { noise: denoiser(latents, timesteps, context, config) };
    };
    await expectGolden(golden, [denoiserGraph(config)], build, feeds);
  });

  it.each(['prior', 'prior-linear'])('%s', async (name) => {
    const golden = readGolden<Golden<PriorConfig>>(name);
    const config = priorConfigSchema.parse(golden.config);
    const feeds = { latents: random('latents', [2, 3, 6, 6]) };
    const build = (graph: Graph) => ({
      vector: prior({ latents: graph.input('latents', 'float32', feeds.latents.dims) }, config),
    });
    await expectGolden(golden, [priorGraph(config)], build, feeds);
  });

  it('text tower of CLIP', async () => {
    const golden = readGolden<Golden<ClipTextConfig> & { readonly ids: number[][] }>('clip-text');
    const config = clipTextConfigSchema.parse(golden.config);
    const feeds = { input_ids: int64(golden.ids.flat(), [3, 7]) };
    const build = (graph: Graph) => {
      const { hidden, pooled } = clipText(graph.input('input_ids', 'int64', [3, 7]), config);
      return { last_hidden_state: hidden, pooler_output: pooled };
    };
    await expectGolden(golden, [clipTextGraph(config)], build, feeds);
  });

  it('vision tower of CLIP', async () => {
    const golden = readGolden<Golden<ClipVisionConfig>>('clip-vision');
    const config = clipVisionConfigSchema.parse(golden.config);
    const feeds = { pixel_values: random('pixels', [2, 3, 12, 12]) };
    const build = (graph: Graph) => ({
      pooler_output: clipVision(graph.input('pixel_values', 'float32', [2, 3, 12, 12]), config),
    });
    await expectGolden(golden, [clipVisionGraph(config)], build, feeds);
  });
});
