import { float32, InvalidInputError, type Tensors } from '@cxrkit/core';
import { Graph, type Parameter, type Value } from '../graph/graph.js';
import { serializeGraph } from '../graph/serialize.js';
import { add, div, minimum, mul, sqrt, sub } from '../ops/elementwise.js';
import { reduceSum } from '../ops/reduce.js';
import { gradients } from './autodiff.js';
import type { Optimizer } from './optimizers/optimizer.js';

/** A named part of the total loss; `loss` is the name of the total. */
export interface LossTerm {
  /** Scalar. */
  readonly value: Value;
  /** @defaultValue 1 */
  readonly weight?: number;
}

export interface TrainingStepOptions {
  readonly optimizer: Optimizer;
  /** Limit of the global gradient norm (Pascanu et al. 2013). @defaultValue none */
  readonly clipNorm?: number;
  /** Batches whose gradients are averaged before an update. @defaultValue 1 */
  readonly accumulate?: number;
  /** Decay of an exponential moving average of the weights (running statistics are averages already). @defaultValue none */
  readonly ema?: number;
  /** Factor of the learning rate of a parameter; 0 freezes it, but not the statistics of a normalisation. @defaultValue 1 for all */
  readonly rate?: (name: string) => number;
  /** Whether weight decay applies. @defaultValue to matrices and kernels, not to biases and norms */
  readonly decay?: (name: string, dims: readonly number[]) => boolean;
}

/** Two graphs over one set of slots; see {@link buildTrainingStep}. */
export interface TrainingStep {
  /** Forward, backward and, without accumulation, the update. */
  readonly step: StepGraph;
  /** The update from accumulated gradients. */
  readonly update: StepGraph | undefined;
  readonly accumulate: number;
  /** Names of the losses the step returns; `loss` is their weighted sum. */
  readonly losses: readonly string[];
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** State beyond the weights: slot name and shape, zero at first. EMA slots start as the weights. */
  readonly state: ReadonlyMap<
    string,
    { readonly dims: readonly number[]; readonly copyOf?: string }
  >;
  /** Scalar inputs of an update, counted from 1. */
  scalars(update: number, learningRate: number): Tensors;
}

export interface StepGraph {
  readonly bytes: Uint8Array;
  /** Graph input -> slot. */
  readonly from: Readonly<Record<string, string>>;
  /** Graph output -> slot. */
  readonly keep: Readonly<Record<string, string>>;
}

/** Slot of an exponential moving average. */
export const emaSlot = (name: string): string => `ema/${name}`;
const momentSlot = (moment: string, name: string): string => `${moment}/${name}`;
const accumulatorSlot = (name: string): string => `accumulated/${name}`;

/**
 * Turns a forward graph in training mode with its losses into the graphs of a training step:
 * gradients, clipping, the optimiser and the moving average are appended as ordinary operations.
 *
 * @throws {@link InvalidInputError} without a loss, or if one is called `loss`, which is their weighted sum.
 */
export function buildTrainingStep(
  graph: Graph,
  losses: Readonly<Record<string, LossTerm>>,
  options: TrainingStepOptions,
): TrainingStep {
  const builder = new StepBuilder(graph, options);
  const trained = builder.trainable();
  const total = weightedSum(losses);
  const found = gradients(
    total,
    trained.map(({ value }) => value),
  );
  graph.output('loss', total);
  for (const [name, { value }] of Object.entries(losses)) graph.output(name, value);
  const pairs = trained.flatMap((parameter, i) =>
    found[i] ? [{ parameter, gradient: found[i] }] : [],
  );
  const accumulate = options.accumulate ?? 1;
  if (accumulate > 1) builder.accumulate(pairs);
  else builder.applyUpdates(pairs);
  builder.keepStatistics();
  const step = builder.finish();
  const update = accumulate > 1 ? updateGraph(pairs, options, builder) : undefined;
  return {
    step,
    update,
    accumulate,
    losses: ['loss', ...Object.keys(losses)],
    parameters: graph.parameters,
    state: builder.state,
    scalars: (count, learningRate) => scalarInputs(options, count, learningRate),
  };
}

type GradientPair = { readonly parameter: Parameter; readonly gradient: Value };

function scalarInputs(
  { optimizer }: TrainingStepOptions,
  update: number,
  learningRate: number,
): Tensors {
  const entries = Object.entries({ learningRate, ...optimizer.scalars(update) });
  return Object.fromEntries(entries.map(([name, value]) => [name, float32([value], [])]));
}

function weightedSum(losses: Readonly<Record<string, LossTerm>>): Value {
  const terms = Object.values(losses).map(({ value, weight = 1 }) => mul(value, weight));
  if (terms.length === 0) throw new InvalidInputError('losses', 'at least one term', 'none');
  if ('loss' in losses)
    throw new InvalidInputError(
      'the name of a loss',
      'a name other than "loss"',
      'loss',
      'That name is taken by the weighted sum of all; give the term its own.',
    );
  return terms.reduce(add);
}

function updateGraph(
  pairs: readonly GradientPair[],
  options: TrainingStepOptions,
  first: StepBuilder,
): StepGraph {
  const target = new Graph('training');
  const builder = new StepBuilder(target, options, first.state);
  const own = pairs.map(({ parameter }) => {
    const { dims, initializer, value } = parameter;
    const twin = target.parameter(value.name, dims, { initializer });
    const sum = builder.slotInput(accumulatorSlot(value.name), dims);
    return {
      parameter: { ...parameter, value: twin },
      gradient: div(sum, options.accumulate ?? 1),
    };
  });
  builder.applyUpdates(own);
  // x - x is +0 whatever the sign of x, as x * 0 is not.
  for (const { parameter, gradient } of own)
    builder.keepAs(accumulatorSlot(parameter.value.name), sub(gradient, gradient));
  return builder.finish();
}

/** Appends optimiser operations to a graph and notes which slots they read and write. */
class StepBuilder {
  readonly state: Map<string, { readonly dims: readonly number[]; readonly copyOf?: string }>;
  readonly #graph: Graph;
  readonly #options: TrainingStepOptions;
  readonly #from: Record<string, string> = {};
  readonly #keep: Record<string, string> = {};
  readonly #rates = new Map<number, Value>();

  constructor(
    graph: Graph,
    options: TrainingStepOptions,
    state: Map<string, { readonly dims: readonly number[]; readonly copyOf?: string }> = new Map(),
  ) {
    this.#graph = graph;
    this.#options = options;
    this.state = state;
  }

  trainable(): Parameter[] {
    const { rate = () => 1 } = this.#options;
    return [...this.#graph.parameters.values()].filter(
      ({ trainable, value }) => trainable && rate(value.name) !== 0,
    );
  }

  slotInput(slot: string, dims: readonly number[], copyOf?: string): Value {
    this.#from[slot] = slot;
    this.state.set(slot, copyOf === undefined ? { dims } : { dims, copyOf });
    return this.#graph.input(slot, 'float32', dims);
  }

  keepAs(slot: string, value: Value): void {
    this.#graph.output(`new/${slot}`, value);
    this.#keep[`new/${slot}`] = slot;
  }

  accumulate(pairs: readonly GradientPair[]): void {
    for (const { parameter, gradient } of pairs) {
      const slot = accumulatorSlot(parameter.value.name);
      this.keepAs(slot, add(this.slotInput(slot, parameter.dims), gradient));
    }
  }

  applyUpdates(pairs: readonly GradientPair[]): void {
    const { optimizer } = this.#options;
    const learningRate = this.#graph.input('learningRate', 'float32', []);
    const names = Object.keys(optimizer.scalars(1));
    const scalars = Object.fromEntries(
      names.map((name) => [name, this.#graph.input(name, 'float32', [])]),
    );
    for (const { parameter, gradient } of this.#clipped(pairs))
      this.#updateOne(parameter, gradient, learningRate, scalars);
  }

  #updateOne(
    { value, dims }: Parameter,
    gradient: Value,
    learningRate: Value,
    scalars: Readonly<Record<string, Value>>,
  ): void {
    const {
      optimizer,
      rate = () => 1,
      decay = (_, shape) => shape.length > 1,
      ema,
    } = this.#options;
    const { name } = value;
    const factor = rate(name);
    const result = optimizer.apply({
      parameter: value,
      gradient,
      moments: optimizer.moments.map((moment) => this.slotInput(momentSlot(moment, name), dims)),
      scalars,
      learningRate: this.#rated(learningRate, factor),
      decay: decay(name, dims),
    });
    this.keepAs(name, result.parameter);
    for (const [i, moment] of optimizer.moments.entries())
      this.keepAs(momentSlot(moment, name), result.moments[i]);
    if (ema !== undefined) {
      const average = this.slotInput(emaSlot(name), dims, name);
      this.keepAs(emaSlot(name), add(average, mul(sub(result.parameter, average), 1 - ema)));
    }
  }

  /** The learning rate of all parameters with this factor, as one value. */
  #rated(learningRate: Value, factor: number): Value {
    const known = this.#rates.get(factor);
    const value = known ?? (factor === 1 ? learningRate : mul(learningRate, factor));
    this.#rates.set(factor, value);
    return value;
  }

  /** Scales all gradients so that their common norm is at most `clipNorm`; torch's clip_grad_norm_. */
  #clipped(pairs: readonly GradientPair[]): readonly GradientPair[] {
    const { clipNorm } = this.#options;
    if (clipNorm === undefined || pairs.length === 0) return pairs;
    const squares = pairs.map(({ gradient }) => reduceSum(mul(gradient, gradient))).reduce(add);
    const factor = minimum(div(clipNorm, add(sqrt(squares), 1e-6)), 1);
    return pairs.map(({ parameter, gradient }) => ({ parameter, gradient: mul(gradient, factor) }));
  }

  /** Keeps the running statistics of batch normalisation. */
  keepStatistics(): void {
    for (const [name, value] of this.#graph.updates) this.keepAs(name, value);
  }

  finish(): StepGraph {
    for (const { value } of this.#graph.parameters.values()) this.#from[value.name] = value.name;
    const { bytes, inputs } = serializeGraph(this.#graph);
    const from = Object.fromEntries(
      Object.entries(this.#from).filter(([input]) => inputs.includes(input)),
    );
    return { bytes, from, keep: this.#keep };
  }
}
