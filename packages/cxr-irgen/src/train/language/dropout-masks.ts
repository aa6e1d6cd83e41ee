import { elementCount, type Random, type Tensors } from '@cxrkit/core';
import { cast, type Dims, type Graph, mul, staticDim, type Value } from '@cxrkit/nn';
import type { DropoutMasks } from '../../network/bart/layers.js';

/** Shapes of the masks that a training graph takes, by the names of its inputs. */
export type MaskShapes = ReadonlyMap<string, readonly number[]>;

/**
 * Declares dropout masks as inputs of a graph, `dropout.0`, `dropout.1` ... in the order in which they are asked for.
 *
 * @param rate - Share of the numbers that are dropped, in [0, 1); the others grow by 1 / (1 - rate).
 * @returns No function where nothing is dropped.
 */
export function maskInputs(
  graph: Graph,
  rate: number,
): { readonly masks: DropoutMasks | undefined; readonly shapes: MaskShapes } {
  const shapes = new Map<string, readonly number[]>();
  if (rate === 0) return { masks: undefined, shapes };
  const masks = (dims: Dims): Value => {
    const fixed = dims.map((dim) => staticDim(dim, 'dropout mask'));
    const name = `dropout.${shapes.size}`;
    shapes.set(name, fixed);
    return mul(cast(graph.input(name, 'uint8', fixed), 'float32'), 1 / (1 - rate));
  };
  return { masks, shapes };
}

/** Draws the masks of a batch: 0 with the chance of `rate`, else 1. */
export function drawnMasks(shapes: MaskShapes, rate: number, random: Random): Tensors {
  const entries = [...shapes].map(([name, dims]) => {
    const data = Uint8Array.from({ length: elementCount(dims) }, () =>
      random.uniform() < rate ? 0 : 1,
    );
    return [name, { type: 'uint8', dims, data }] as const;
  });
  return Object.fromEntries(entries);
}
