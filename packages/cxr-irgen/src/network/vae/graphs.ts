import { Graph } from '@cxrkit/nn';
import { latentSide, type VaeConfig } from './config.js';
import { vaeDecoder, vaeEncoder } from './vae.js';

/** `pixels [batch, C, side, side]` in [-1, 1] -> `mean`, `log_variance [batch, latentChannels, s, s]`, unscaled. */
export function vaeEncoderGraph(config: VaeConfig): Graph {
  const graph = new Graph('inference');
  const { imageChannels, side } = config;
  const pixels = graph.input('pixels', 'float32', ['batch', imageChannels, side, side]);
  const { mean, logVariance } = vaeEncoder(pixels, config);
  graph.output('mean', mean);
  graph.output('log_variance', logVariance);
  return graph;
}

/** `latents [batch, latentChannels, s, s]`, divided by `latentScale` -> `pixels [batch, C, side, side]`. */
export function vaeDecoderGraph(config: VaeConfig): Graph {
  const graph = new Graph('inference');
  const side = latentSide(config);
  const latents = graph.input('latents', 'float32', ['batch', config.latentChannels, side, side]);
  graph.output('pixels', vaeDecoder(latents, config));
  return graph;
}
