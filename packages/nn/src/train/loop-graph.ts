import { type NodeProto, type TensorProto, TensorProto_DataType, type TypeProto } from 'onnx-buf';
import {
  type GraphPart,
  integerConstant,
  loopNode,
  neededNodes,
  readPart,
  scalarType,
  simpleNode,
  stackedType,
} from '../graph/loop-node.js';
import { modelBytes } from '../graph/serialize.js';
import type { StepGraph, TrainingStep } from './training-step.js';

type Naming = (name: string) => string;

/** @returns The name, in {@link loopGraph}, of what stands for an input or output of the step. */
export const inRun: Naming = (name) => `run:${name}`;
const inUpdate: Naming = (name) => `update:${name}`;
const inBatch: Naming = (name) => `batch:${name}`;

/** Input of {@link loopGraph}: number of updates, an int64 scalar. */
export const UPDATES: string = inRun('updates');
const ACCUMULATE = inRun('accumulate');

type Types = ReadonlyMap<string, TypeProto>;

/** One turn of the loop over updates. */
interface Update {
  /** Slots that are read or written. */
  readonly slots: Types;
  /** Inputs that are no slots, by the step's names. */
  readonly fed: Types;
  /** Output of the step -> slot. */
  readonly kept: readonly (readonly [output: string, slot: string])[];
  readonly losses: Types;
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
}

/**
 * Puts a training step into an ONNX Loop: one run does several updates, and the state leaves the device once.
 *
 * The slots that a step writes go from turn to turn; those that it only reads stay outside. Each input that is no slot has
 * one axis more in front: over all batches of the run, or over its updates for the scalars of an update. So have the
 * losses: `[updates]`, or `[updates, accumulate]` where a loop inside adds up gradients. Sums of gradients are zero
 * between updates, so they stay inside and their slots as they are.
 *
 * @returns A graph over the step's slots; its other inputs and outputs are called {@link inRun} of the step's.
 */
export function loopGraph(step: TrainingStep): StepGraph {
  const { slots, fed, kept, losses, nodes, constants } = step.update
    ? summedUpdate(step, step.update)
    : plainUpdate(step);
  const carried = kept.map(([output, slot]) => ({
    ...{ first: inRun(slot), input: inUpdate(slot) },
    ...{ output: inUpdate(output), last: inRun(output), type: typeIn(slots, slot) },
  }));
  const stacked = [...losses].map(([loss, type]) => ({
    ...{ output: inUpdate(loss), outside: inRun(loss), type },
  }));
  const loop = { scope: inUpdate, turns: UPDATES, carried, stacked, nodes, constants };
  const bytes = modelBytes({
    name: 'cxrkit',
    node: [loopNode(loop)],
    initializer: [integerConstant(ACCUMULATE, step.accumulate)],
    input: [
      { name: UPDATES, type: scalarType(TensorProto_DataType.INT64) },
      ...[...slots].map(([slot, type]) => ({ name: inRun(slot), type })),
      ...[...fed].map(([name, type]) => ({
        name: inRun(name),
        type: stackedType(type, `${name}:count`),
      })),
    ],
    output: [
      ...carried.map(({ last, type }) => ({ name: last, type })),
      ...stacked.map(({ outside, type }) => ({
        name: outside,
        type: stackedType(type, UPDATES),
      })),
    ],
  });
  return {
    bytes,
    from: Object.fromEntries([...slots.keys()].map((slot) => [inRun(slot), slot])),
    keep: Object.fromEntries(kept.map(([output, slot]) => [inRun(output), slot])),
  };
}

/** A step that updates at once. */
function plainUpdate({ step, losses }: TrainingStep): Update {
  const kept = Object.entries(step.keep);
  const written = new Set(Object.values(step.keep));
  const part = readPart(
    step.bytes,
    named(step, inUpdate, (slot) => (written.has(slot) ? inUpdate : inRun)),
  );
  const fed = fedInputs(step, part);
  return {
    ...{ slots: slotTypes(step, part), fed, kept, losses: pick(part.outputs, losses) },
    nodes: [...cuts(fed, inUpdate('turn'), inUpdate), ...part.nodes],
    constants: part.constants,
  };
}

/** A step whose gradients are added up, in a loop inside, before the update. */
function summedUpdate({ step, losses, accumulate }: TrainingStep, update: StepGraph): Update {
  const [summing, updating] = [step, update].map(({ keep }) => new Set(Object.values(keep)));
  const isSum = (slot: string): boolean => summing.has(slot) && updating.has(slot);
  const isWritten = (slot: string): boolean => summing.has(slot) || updating.has(slot);
  // Where a batch finds a slot at first: the sums begin with what lies in their slots, zero.
  const before = (slot: string): Naming => (isWritten(slot) && !isSum(slot) ? inUpdate : inRun);
  const batch = readPart(
    step.bytes,
    named(step, inBatch, (slot) => (summing.has(slot) ? inBatch : before(slot))),
  );
  const part = readPart(
    update.bytes,
    named(update, inUpdate, (slot) => (isWritten(slot) ? inUpdate : inRun)),
  );
  const kept = [...Object.entries(step.keep), ...Object.entries(update.keep)].filter(
    ([, slot]) => !isSum(slot),
  );
  const fed = { batches: fedInputs(step, batch), updates: fedInputs(update, part) };
  const found = pick(batch.outputs, losses);
  const inner = loopNode({
    ...{ scope: inBatch, turns: ACCUMULATE, constants: batch.constants },
    carried: Object.entries(step.keep).map(([output, slot]) => ({
      ...{ first: before(slot)(slot), input: inBatch(slot), output: inBatch(output) },
      last: inUpdate(isSum(slot) ? slot : output),
      type: typeIn(batch.outputs, output),
    })),
    stacked: [...found].map(([loss, type]) => ({
      ...{ output: inBatch(loss), outside: inUpdate(loss), type },
    })),
    nodes: [
      simpleNode('Mul', [inUpdate('turn'), ACCUMULATE], inBatch('first')),
      simpleNode('Add', [inBatch('first'), inBatch('turn')], inBatch('index')),
      ...cuts(fed.batches, inBatch('index'), inBatch),
      ...batch.nodes,
    ],
  });
  const outputs = kept.map(([output]) => inUpdate(output));
  return {
    slots: new Map([...slotTypes(step, batch), ...slotTypes(update, part)]),
    fed: new Map([...fed.batches, ...fed.updates]),
    kept,
    losses: new Map([...found].map(([loss, type]) => [loss, stackedType(type, accumulate)])),
    nodes: [
      inner,
      ...cuts(fed.updates, inUpdate('turn'), inUpdate),
      ...neededNodes(part.nodes, outputs),
    ],
    constants: part.constants,
  };
}

/** Names slots by where they lie, the inputs that hold them included, and all else by `own`. */
function named({ from }: StepGraph, own: Naming, ofSlot: (slot: string) => Naming): Naming {
  return (name) => {
    if (!Object.hasOwn(from, name)) return own(name);
    return ofSlot(from[name])(from[name]);
  };
}

/** Takes the part of this turn out of inputs that have one axis more. */
function cuts(fed: Types, index: string, scope: Naming): NodeProto[] {
  return [...fed.keys()].map((name) => simpleNode('Gather', [inRun(name), index], scope(name)));
}

function fedInputs({ from }: StepGraph, part: GraphPart): Types {
  return new Map([...part.inputs].filter(([name]) => !Object.hasOwn(from, name)));
}

function slotTypes({ from, keep }: StepGraph, part: GraphPart): Types {
  return new Map([
    ...Object.entries(keep).map(([output, slot]) => [slot, typeIn(part.outputs, output)] as const),
    ...Object.entries(from).map(([input, slot]) => [slot, typeIn(part.inputs, input)] as const),
  ]);
}

function pick(types: Types, names: readonly string[]): Types {
  return new Map(names.map((name) => [name, typeIn(types, name)]));
}

function typeIn(types: Types, name: string): TypeProto {
  const type = types.get(name);
  if (type === undefined) throw new TypeError(`the step has no ${name}`);
  return type;
}
