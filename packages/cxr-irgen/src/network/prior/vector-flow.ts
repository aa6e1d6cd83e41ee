import { add, layerNorm, linear, mul, silu, type Value, zeros } from '@cxrkit/nn';
import { timestepEmbedding } from '../timestep-embedding.js';
import type { FlowConfig, PriorConfig } from './config.js';

/** Times lie in [0, 1], the sinusoids are made for timesteps up to 1000. */
const TIME_SCALE = 1000;
const EPSILON = 1e-6;

/**
 * Velocity of vectors on their way from noise to a text (flow matching with straight paths, Lipman et al. 2023), by an MLP
 * whose layers are scaled and shifted by time and state (the per-token head of Li et al. 2024, MAR).
 *
 * @param vectors - `[B, outputWidth]`.
 * @param times - float32 `[B]`, or `[1]` for all: 0 = noise, 1 = text.
 * @param state - `[B, width]`, of the Vision Transformer and what was told.
 * @returns `[B, outputWidth]`; weights `flow.*`.
 */
export function flowVelocity(
  vectors: Value,
  times: Value,
  state: Value,
  { outputWidth, flow }: PriorConfig & { readonly flow: FlowConfig },
): Value {
  const { width, blocks, deviation } = flow;
  const time = timestepEmbedding(mul(times, TIME_SCALE), width);
  const embedded = linear(silu(linear(time, 'flow.time.0', width)), 'flow.time.1', width);
  const condition = silu(add(embedded, linear(state, 'flow.state', width)));
  let h = linear(mul(vectors, 1 / deviation), 'flow.in', width);
  for (let i = 0; i < blocks; i++) h = block(h, condition, `flow.blocks.${i}`, width);
  const last = modulated(h, condition, 'flow.out_norm', width);
  return mul(linear(last, 'flow.out', outputWidth, { initializer: zeros }), deviation);
}

/** A residual block of two linear layers, which begins as the identity. */
function block(h: Value, condition: Value, name: string, width: number): Value {
  const inner = silu(linear(modulated(h, condition, `${name}.norm`, width), `${name}.0`, width));
  const gate = linear(condition, `${name}.gate`, width, { initializer: zeros });
  return add(h, mul(gate, linear(inner, `${name}.1`, width)));
}

/** A layer normalisation with scale and shift of the condition (adaLN, Peebles & Xie 2023). */
function modulated(h: Value, condition: Value, name: string, width: number): Value {
  const part = (which: string): Value =>
    linear(condition, `${name}.${which}`, width, { initializer: zeros });
  return add(mul(layerNorm(h, name, EPSILON), add(part('scale'), 1)), part('shift'));
}

/**
 * Follows a velocity from noise to a vector, in equal steps (Euler).
 *
 * @param noise - `[B, outputWidth]`, of the config's deviation.
 * @param velocity - Of vectors at a time `[1]`.
 */
export function flowVector(
  noise: Value,
  { steps }: FlowConfig,
  velocity: (vectors: Value, time: Value) => Value,
): Value {
  const { graph } = noise;
  let vectors = noise;
  for (let i = 0; i < steps; i++) {
    const data = Float32Array.of(i / steps);
    const time = graph.constant({ type: 'float32', dims: [1], data });
    vectors = add(vectors, mul(velocity(vectors, time), 1 / steps));
  }
  return vectors;
}
