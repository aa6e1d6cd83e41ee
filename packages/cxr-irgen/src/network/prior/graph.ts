import { Graph } from '@cxrkit/nn';
import { PROMPT_FINDINGS } from '../../prompt/index.js';
import type { PriorConfig } from './config.js';
import { type PriorInputs, prior, priorState } from './prior.js';
import { flowVector } from './vector-flow.js';

/**
 * `latents [batch, C, side, side]`, `findings [batch, 14]` where it reads them, `noise [batch, outputWidth]` where it has
 * a flow -> `vector [batch, outputWidth]`.
 */
export function priorGraph(config: PriorConfig): Graph {
  const graph = new Graph('inference');
  const { flow, outputWidth } = config;
  const inputs = priorInputs(graph, 'batch', config);
  if (flow === undefined) {
    graph.output('vector', prior(inputs, config));
    return graph;
  }
  const noise = graph.input('noise', 'float32', ['batch', outputWidth]);
  graph.output('vector', flowVector(noise, priorState(inputs, config), { ...config, flow }));
  return graph;
}

/** Declares what a prior sees. */
export function priorInputs(
  graph: Graph,
  batch: number | string,
  { side, latentChannels, readsFindings = false }: PriorConfig,
): PriorInputs {
  const latents = graph.input('latents', 'float32', [batch, latentChannels, side, side]);
  if (!readsFindings) return { latents };
  return { latents, findings: graph.input('findings', 'int64', [batch, PROMPT_FINDINGS.length]) };
}
