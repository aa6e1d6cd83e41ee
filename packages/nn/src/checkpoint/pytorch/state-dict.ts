import { shortList } from '../checkpoint.js';
import { FormatError } from '../format-error.js';
import { describeValue, ofKind, type PickleValue } from './pickle-value.js';
import { type PlainValue, plainValue } from './plain-value.js';
import type { TensorView } from './tensor-view.js';

/** Usual keys of the weights beside optimiser and epoch, tried in this order. */
const USUAL_KEYS = ['model', 'state_dict', 'model_state_dict'];

/** The weights of an unpickled checkpoint, and all else in it. */
interface StateDict {
  /** Key under which the weights were found; `undefined` if the root itself is the state dict. */
  readonly key: string | undefined;
  readonly views: ReadonlyMap<string, TensorView>;
  readonly rest: Readonly<Record<string, PlainValue>>;
}

/**
 * Finds the state dict: under `key` if given, else under a usual key, else the root itself.
 *
 * @throws {@link FormatError} if there is none; the message lists the root's keys.
 */
export function findStateDict(root: PickleValue, key: string | undefined): StateDict {
  if (!(root instanceof Map))
    throw new FormatError(`it holds ${describeValue(root)} instead of a dict of weights`);
  const candidates = key === undefined ? USUAL_KEYS : [key];
  for (const candidate of candidates) {
    const dict = root.get(candidate);
    if (dict instanceof Map && tensorsOf(dict).size > 0) return underKey(root, candidate, dict);
  }
  if (key === undefined && tensorsOf(root).size > 0)
    return { key: undefined, views: tensorsOf(root), rest: plainRecord(withoutTensors(root)) };
  const found = shortList(
    [...root.keys()].map((name) => (typeof name === 'string' ? name : describeValue(name))),
  );
  throw new FormatError(
    key === undefined
      ? `it has no state dict at the root or under ${USUAL_KEYS.join(', ')}; its keys are ${found}. Name the right one with the option key.`
      : `it has no state dict under "${key}"; its keys are ${found}`,
  );
}

function underKey(
  root: ReadonlyMap<PickleValue, PickleValue>,
  key: string,
  dict: ReadonlyMap<PickleValue, PickleValue>,
): StateDict {
  const others = new Map(root);
  const remainder = withoutTensors(dict);
  if (remainder.size === 0) others.delete(key);
  else others.set(key, remainder);
  return { key, views: tensorsOf(dict), rest: plainRecord(others) };
}

function tensorsOf(dict: ReadonlyMap<PickleValue, PickleValue>): Map<string, TensorView> {
  const views = new Map<string, TensorView>();
  for (const [name, value] of dict) {
    const view = ofKind(value, 'tensor');
    if (typeof name === 'string' && view !== undefined) views.set(name, view);
  }
  return views;
}

function withoutTensors(
  dict: ReadonlyMap<PickleValue, PickleValue>,
): Map<PickleValue, PickleValue> {
  return new Map([...dict].filter(([, value]) => ofKind(value, 'tensor') === undefined));
}

function plainRecord(dict: Map<PickleValue, PickleValue>): Record<string, PlainValue> {
  return plainValue(dict) as Record<string, PlainValue>;
}
