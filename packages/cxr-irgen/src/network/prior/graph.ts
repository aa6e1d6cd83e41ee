import { add, Graph, mul, sub, type Value } from '@cxrkit/nn';
import { findingCodes, PROMPT_FINDINGS } from '../../prompt/index.js';
import type { PriorConfig } from './config.js';
import { type PriorInputs, prior, priorState, toldState } from './prior.js';
import { flowVector, flowVelocity } from './vector-flow.js';

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
  const flowing = { ...config, flow };
  const state = priorState(inputs.latents, config);
  const told = toldState(state, inputs.findings, config);
  const velocity = (vectors: Value, time: Value): Value =>
    flowVelocity(vectors, time, told, flowing);
  if (inputs.findings === undefined || (flow.guidance ?? 1) === 1) {
    graph.output('vector', flowVector(noise, flow, velocity));
    return graph;
  }
  const alone = toldState(state, untold(graph), config);
  const guided = (vectors: Value, time: Value): Value => {
    const base = flowVelocity(vectors, time, alone, flowing);
    return add(base, mul(sub(velocity(vectors, time), base), flow.guidance ?? 1));
  };
  graph.output('vector', flowVector(noise, flow, guided));
  return graph;
}

/** Codes of nothing, `[1, 14]`. */
function untold(graph: Graph): Value {
  const data = BigInt64Array.from(findingCodes({}), BigInt);
  return graph.constant({ type: 'int64', dims: [1, data.length], data });
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
