import { FormatError } from '../format-error.js';
import { PickleCursor } from './pickle-cursor.js';
import { allowedGlobal, callGlobal, storageReference } from './pickle-globals.js';
import { PickleStack } from './pickle-stack.js';
import { describeValue, ofKind, type PickleValue } from './pickle-value.js';

/** Longest pickle read, in bytes; a full model with its optimiser takes less than one. */
export const MAX_PICKLE_BYTES: number = 2 ** 26;
const MAX_OPERATIONS = 4_000_000;
/** Most elements and bytes all calls together may be given; a call copies them, and may be repeated cheaply. */
const MAX_ARGUMENT_SIZE = 2 ** 26;

interface Machine {
  readonly cursor: PickleCursor;
  readonly stack: PickleStack;
  readonly memo: Map<number, PickleValue>;
  argumentSize: number;
}

type Operation = (machine: Machine) => void;

const STOP = 0x2e;

/**
 * Reads a pickle of protocol 2 to 5 without running anything of it.
 *
 * @throws {@link FormatError} for a name or opcode that is not on our lists, and for anything malformed
 *   or larger than the limits.
 * @see CPython's Lib/pickletools.py for the opcodes.
 */
export function unpickle(bytes: Uint8Array): PickleValue {
  if (bytes.byteLength > MAX_PICKLE_BYTES)
    throw new FormatError(
      `its pickle has ${bytes.byteLength} bytes; at most ${MAX_PICKLE_BYTES} are read`,
    );
  const machine: Machine = {
    cursor: new PickleCursor(bytes),
    stack: new PickleStack(),
    memo: new Map(),
    argumentSize: 0,
  };
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const code = machine.cursor.uint8();
    if (code === STOP) return machine.stack.pop();
    const operation = OPERATIONS.get(code);
    if (operation === undefined)
      throw new FormatError(
        `its pickle has the opcode 0x${code.toString(16)} at byte ${machine.cursor.position - 1}, which is not supported`,
      );
    operation(machine);
  }
  throw new FormatError(`its pickle has more than ${MAX_OPERATIONS} operations`);
}

/** Makes an operation that pushes what it reads. */
function push(read: (cursor: PickleCursor) => PickleValue): Operation {
  return ({ cursor, stack }) => stack.push(read(cursor));
}

/** Makes an operation that puts what was pushed since the mark into one value. */
function collect(make: (items: PickleValue[]) => PickleValue): Operation {
  return ({ stack }) => {
    const items = stack.popMark();
    stack.push(make(items));
  };
}

/** Makes an operation that puts the last `count` values into a tuple. */
function tuple(count: number): Operation {
  return ({ stack }) => stack.push(stack.popMany(count));
}

const LITERALS: [number, Operation][] = [
  [0x4e, push(() => null)], // NONE
  [0x88, push(() => true)], // NEWTRUE
  [0x89, push(() => false)], // NEWFALSE
  [0x4a, push((cursor) => cursor.int32())], // BININT
  [0x4b, push((cursor) => cursor.uint8())], // BININT1
  [0x4d, push((cursor) => cursor.uint16())], // BININT2
  [0x8a, push((cursor) => cursor.integer(cursor.uint8()))], // LONG1
  [0x8b, push((cursor) => cursor.integer(cursor.uint32()))], // LONG4
  [0x47, push((cursor) => cursor.float64())], // BINFLOAT
  [0x58, push((cursor) => cursor.text(cursor.uint32()))], // BINUNICODE
  [0x8c, push((cursor) => cursor.text(cursor.uint8()))], // SHORT_BINUNICODE
  [0x8d, push((cursor) => cursor.text(cursor.uint64()))], // BINUNICODE8
  [0x54, push((cursor) => cursor.text(cursor.uint32(), 'latin1'))], // BINSTRING
  [0x55, push((cursor) => cursor.text(cursor.uint8(), 'latin1'))], // SHORT_BINSTRING
  [0x42, push((cursor) => cursor.take(cursor.uint32()))], // BINBYTES
  [0x43, push((cursor) => cursor.take(cursor.uint8()))], // SHORT_BINBYTES
  [0x8e, push((cursor) => cursor.take(cursor.uint64()))], // BINBYTES8
  [0x96, push((cursor) => cursor.take(cursor.uint64()))], // BYTEARRAY8
];

const CONTAINERS: [number, Operation][] = [
  [0x5d, push(() => [])], // EMPTY_LIST
  [0x29, push(() => [])], // EMPTY_TUPLE
  [0x7d, push(() => new Map())], // EMPTY_DICT
  [0x8f, push(() => new Set())], // EMPTY_SET
  [0x6c, collect((items) => items)], // LIST
  [0x74, collect((items) => items)], // TUPLE
  [0x64, collect((items) => setItems(new Map(), items))], // DICT
  [0x91, collect((items) => new Set(items))], // FROZENSET
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x61, ({ stack }) => append(stack, stack.popMany(1))], // APPEND
  [0x65, ({ stack }) => append(stack, stack.popMark())], // APPENDS
  [0x73, ({ stack }) => extendDict(stack, stack.popMany(2))], // SETITEM
  [0x75, ({ stack }) => extendDict(stack, stack.popMark())], // SETITEMS
  [0x90, ({ stack }) => extendSet(stack, stack.popMark())], // ADDITEMS
];

const STACK_AND_MEMO: [number, Operation][] = [
  [0x80, ({ cursor }) => checkProtocol(cursor.uint8())], // PROTO
  [0x95, ({ cursor }) => void cursor.uint64()], // FRAME
  [0x28, ({ stack }) => stack.mark()], // MARK
  [0x30, ({ stack }) => void stack.pop()], // POP
  [0x31, ({ stack }) => void stack.popMark()], // POP_MARK
  [0x32, ({ stack }) => stack.push(stack.top())], // DUP
  [0x71, (machine) => remember(machine, machine.cursor.uint8())], // BINPUT
  [0x72, (machine) => remember(machine, machine.cursor.uint32())], // LONG_BINPUT
  [0x94, (machine) => remember(machine, machine.memo.size)], // MEMOIZE
  [0x68, (machine) => recall(machine, machine.cursor.uint8())], // BINGET
  [0x6a, (machine) => recall(machine, machine.cursor.uint32())], // LONG_BINGET
];

const OBJECTS: [number, Operation][] = [
  [0x63, push((cursor) => allowedGlobal(cursor.line(), cursor.line()))], // GLOBAL
  [
    0x93, // STACK_GLOBAL
    ({ stack }) => {
      const [module, name] = stack.popMany(2);
      if (typeof module !== 'string' || typeof name !== 'string')
        throw new FormatError('its pickle names a class by something else than text');
      stack.push(allowedGlobal(module, name));
    },
  ],
  [0x52, callTop], // REDUCE
  [0x81, callTop], // NEWOBJ
  [0x62, build], // BUILD
  [0x51, ({ stack }) => stack.push(storageReference(stack.pop()))], // BINPERSID
];

const OPERATIONS: ReadonlyMap<number, Operation> = new Map([
  ...LITERALS,
  ...CONTAINERS,
  ...STACK_AND_MEMO,
  ...OBJECTS,
]);

function checkProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5)
    throw new FormatError(`its pickle has protocol ${protocol}; 2 to 5 are read`);
}

function remember({ memo, stack }: Machine, slot: number): void {
  memo.set(slot, stack.top());
}

function recall({ memo, stack }: Machine, slot: number): void {
  const value = memo.get(slot);
  if (value === undefined) throw new FormatError(`its pickle asks for the empty memo slot ${slot}`);
  stack.push(value);
}

function callTop(machine: Machine): void {
  const [callable, args] = machine.stack.popMany(2);
  if (Array.isArray(args)) for (const arg of args) machine.argumentSize += argumentSize(arg);
  if (machine.argumentSize > MAX_ARGUMENT_SIZE)
    throw new FormatError(`its pickle copies more than ${MAX_ARGUMENT_SIZE} values`);
  machine.stack.push(callGlobal(callable, args));
}

function argumentSize(value: PickleValue): number {
  if (typeof value === 'string' || Array.isArray(value)) return 1 + value.length;
  if (value instanceof Map || value instanceof Set) return 1 + value.size;
  return value instanceof Uint8Array ? 1 + value.byteLength : 1;
}

/** BUILD sets attributes: kept for carried objects, dropped for dicts (`_metadata`) and tensors. */
function build({ stack }: Machine): void {
  const state = stack.pop();
  const target = stack.top();
  const object = ofKind(target, 'object');
  if (object !== undefined) object.state = state;
  else if (!(target instanceof Map) && ofKind(target, 'tensor') === undefined)
    throw new FormatError(`its pickle sets attributes of ${describeValue(target)}`);
}

function append(stack: PickleStack, items: readonly PickleValue[]): void {
  const list = stack.top();
  if (!Array.isArray(list))
    throw new FormatError(`its pickle appends to ${describeValue(list)} instead of a list`);
  for (const item of items) list.push(item);
}

function extendDict(stack: PickleStack, items: readonly PickleValue[]): void {
  const dict = stack.top();
  if (!(dict instanceof Map))
    throw new FormatError(`its pickle sets items of ${describeValue(dict)} instead of a dict`);
  setItems(dict, items);
}

function extendSet(stack: PickleStack, items: readonly PickleValue[]): void {
  const set = stack.top();
  if (!(set instanceof Set))
    throw new FormatError(`its pickle adds to ${describeValue(set)} instead of a set`);
  for (const item of items) set.add(item);
}

function setItems(
  dict: Map<PickleValue, PickleValue>,
  items: readonly PickleValue[],
): Map<PickleValue, PickleValue> {
  if (items.length % 2 !== 0)
    throw new FormatError('its pickle gives a dict a key without a value');
  for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  return dict;
}
