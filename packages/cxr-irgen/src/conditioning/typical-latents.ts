import { Graph, reshape, zeros } from '@cxrkit/nn';
import type { VisionNetwork } from './vision-network.js';

/** Name of the one weight of {@link typicalGraph}. */
export const TYPICAL_LATENTS = 'typical_latents';

/** -> `latents [1, C, s, s]`, the mean of what a denoiser has learned: an image without a reference begins there. */
export function typicalGraph({ denoiser: { side, latentChannels } }: VisionNetwork): Graph {
  const graph = new Graph('inference');
  const dims = [latentChannels, side, side];
  const latents = graph.parameter(TYPICAL_LATENTS, dims, { initializer: zeros });
  graph.output('latents', reshape(latents, [1, ...dims]));
  return graph;
}
