import type { GraphNode } from '../graph/graph.js';
import type { NdArray } from './nd-array.js';

/** Evaluates one operation in float64; an input left out is an array of no elements. */
export type Kernel = (inputs: readonly NdArray[], node: GraphNode) => readonly NdArray[];

/** A number attribute, int or float. */
export function numberAttribute({ attributes }: GraphNode, name: string, fallback: number): number {
  const value = attributes[name];
  if (typeof value === 'number') return value;
  return typeof value === 'object' && 'float' in value ? value.float : fallback;
}

/** A list attribute. */
export function listAttribute(
  { attributes }: GraphNode,
  name: string,
  fallback: readonly number[],
): readonly number[] {
  const value = attributes[name];
  return Array.isArray(value) ? value : fallback;
}
