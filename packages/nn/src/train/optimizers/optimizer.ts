import type { Value } from '../../graph/graph.js';

/** Inputs of one parameter's update. */
export interface UpdateInputs {
  readonly parameter: Value;
  readonly gradient: Value;
  /** State tensors of the parameter's shape, in the order of `Optimizer.moments`. */
  readonly moments: readonly Value[];
  /** Scalar float32 inputs by the names of `Optimizer.scalars`. */
  readonly scalars: Readonly<Record<string, Value>>;
  /** Scalar learning rate of this parameter. */
  readonly learningRate: Value;
  /** Whether weight decay applies to this parameter. */
  readonly decay: boolean;
}

/** An update rule as graph operations; its state lives in the trainer. */
export interface Optimizer {
  readonly name: string;
  /** Names of its state tensors per parameter, zero at first. */
  readonly moments: readonly string[];
  /** Scalars that depend on the number of the update, counted from 1. */
  scalars(update: number): Readonly<Record<string, number>>;
  apply(inputs: UpdateInputs): { readonly parameter: Value; readonly moments: readonly Value[] };
}
