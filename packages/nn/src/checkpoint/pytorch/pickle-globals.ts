import { FormatError } from '../format-error.js';
import type { StoredType } from '../stored-type.js';
import { numpyScalar } from './numpy-scalar.js';
import { describeValue, ofKind, type PickleGlobal, type PickleValue } from './pickle-value.js';
import { type TensorView, tensorView } from './tensor-view.js';

type Call = (args: readonly PickleValue[]) => PickleValue;

/** Storage classes of `torch` and the element type each stands for. */
const STORAGE_TYPES: ReadonlyMap<string, StoredType> = new Map([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  ['torch.UntypedStorage', 'U8'],
  ['torch.storage.UntypedStorage', 'U8'],
]);

/** The `torch.dtype`s our tensors can hold. */
const STORED_BY_DTYPE: ReadonlyMap<string, StoredType> = new Map([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint8', 'U8'],
  ['torch.bool', 'BOOL'],
]);

/** What a REDUCE of each callable makes; each is our own code, nothing of the file's runs. */
const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['torch._utils._rebuild_tensor_v2', ([storage, ...window]) => rebuild(storage, window)],
  ['torch._utils._rebuild_tensor_v3', (args) => rebuild(args[0], args.slice(1), args[6])],
  ['torch._utils._rebuild_parameter', ([tensor]) => requireTensor(tensor)],
  ['torch._utils._rebuild_parameter_with_state', ([tensor]) => requireTensor(tensor)],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.Size', ([dims]) => dims ?? []],
  ['torch.device', device],
  ['collections.OrderedDict', ([pairs]) => dictionary(pairs)],
  ['collections.Counter', ([counts]) => dictionary(counts)],
  ['collections.defaultdict', ([, pairs]) => dictionary(pairs)],
  ['_codecs.encode', encode],
  // numpy 2 says _core for core.
  ...['numpy.core', 'numpy._core'].flatMap((module): [string, Call][] => [
    [`${module}.multiarray.scalar`, numpyScalar],
    [`${module}.multiarray._reconstruct`, (args) => carry('numpy.ndarray', args)],
    [`${module}.numeric._frombuffer`, (args) => carry('numpy.ndarray', args)],
  ]),
  ...['builtins', '__builtin__'].flatMap((module): [string, Call][] => [
    [`${module}.set`, ([items]) => new Set(Array.isArray(items) ? items : [])],
    [`${module}.frozenset`, ([items]) => new Set(Array.isArray(items) ? items : [])],
    [`${module}.bytearray`, ([bytes]) => (bytes instanceof Uint8Array ? bytes : new Uint8Array())],
    [`${module}.bytes`, ([bytes]) => (bytes instanceof Uint8Array ? bytes : new Uint8Array())],
  ]),
]);

/** Classes carried as data, with their arguments and state; never run. */
const CARRIED: ReadonlySet<string> = new Set([
  'argparse.Namespace',
  'numpy.dtype',
  'pathlib.Path',
  'pathlib.PosixPath',
  'pathlib.PurePosixPath',
  'pathlib.WindowsPath',
]);

/** Names that stand for themselves and cannot be called. */
const WORDS: ReadonlySet<string> = new Set([
  'torch.Tensor',
  'torch.nn.parameter.Parameter',
  'torch.complex64',
  'torch.complex128',
  'numpy.ndarray',
  'typing.Any',
  ...['builtins', '__builtin__'].flatMap((module) =>
    ['bool', 'dict', 'float', 'int', 'list', 'long', 'object', 'str', 'tuple', 'unicode'].map(
      (name) => `${module}.${name}`,
    ),
  ),
]);

/**
 * Answers the pickle's wish for a Python name.
 *
 * @throws {@link FormatError} naming it, if it is not on our lists.
 */
export function allowedGlobal(module: string, name: string): PickleGlobal {
  const full = `${module}.${name}`;
  const isAllowed =
    CALLS.has(full) ||
    STORAGE_TYPES.has(full) ||
    STORED_BY_DTYPE.has(full) ||
    WORDS.has(full) ||
    isCarried(full);
  if (isAllowed) return { kind: 'global', name: full };
  throw new FormatError(
    `it asks for the Python name "${full.slice(0, 200)}", which is neither a tensor nor plain data and will not be run. ` +
      'If you trust the file, load it in Python, save only its state dict with torch.save, and read that.',
  );
}

/** Does what REDUCE and NEWOBJ ask: makes the value an allowed callable stands for. */
export function callGlobal(callable: PickleValue, args: PickleValue): PickleValue {
  const global = ofKind(callable, 'global');
  if (global === undefined || !Array.isArray(args))
    throw new FormatError(`it calls ${describeValue(callable)}, which is no function`);
  const call = CALLS.get(global.name);
  if (call !== undefined) return call(args);
  if (isCarried(global.name)) return carry(global.name, args);
  throw new FormatError(`it calls ${global.name}, which may only be named`);
}

/**
 * Reads torch's persistent id: `('storage', class, key, location, element count)`.
 *
 * @throws {@link FormatError} if it is anything else.
 */
export function storageReference(id: PickleValue): PickleValue {
  const [word, storageClass, key, , length] = Array.isArray(id) ? id : [];
  const stored = STORAGE_TYPES.get(ofKind(storageClass, 'global')?.name ?? '');
  const isValid = typeof key === 'string' && typeof length === 'number';
  if (word !== 'storage' || stored === undefined || !isValid || !(length >= 0))
    throw new FormatError('it holds a persistent id that names no storage');
  return { kind: 'storage', key, stored, length };
}

/** `(type, index?)` as torch prints it, such as `cuda:0`. */
function device([type, index]: readonly PickleValue[]): string {
  if (typeof type !== 'string') throw new FormatError('it names a torch.device by no text');
  return typeof index === 'number' ? `${type}:${index}` : type;
}

/** Python 2 style bytes: `(text, 'latin1')`. */
function encode([text]: readonly PickleValue[]): Uint8Array {
  if (typeof text !== 'string') throw new FormatError('it makes bytes of something else than text');
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function isCarried(name: string): boolean {
  return CARRIED.has(name) || name.startsWith('omegaconf.');
}

function carry(className: string, args: readonly PickleValue[]): PickleValue {
  return { kind: 'object', className, args, state: null };
}

function rebuild(
  storage: PickleValue | undefined,
  [offset, dims, strides]: readonly PickleValue[],
  dtype?: PickleValue,
): TensorView {
  const reference = ofKind(storage, 'storage');
  if (reference === undefined)
    throw new FormatError(`a tensor is built on ${describeValue(storage)} instead of a storage`);
  if (dtype === undefined) return tensorView(reference, offset, dims, strides);
  const stored = STORED_BY_DTYPE.get(ofKind(dtype, 'global')?.name ?? '');
  if (stored === undefined)
    throw new FormatError(`a tensor has the type ${describeValue(dtype)}, which is not supported`);
  return tensorView(reference, offset, dims, strides, stored);
}

/** `(function, type, args, state)`: a tensor with Python attributes, which we drop. */
function rebuildFromType([callable, , args]: readonly PickleValue[]): TensorView {
  const name = ofKind(callable, 'global')?.name ?? '';
  if (!/^torch\._utils\._rebuild_(tensor_v[23]|parameter)$/.test(name))
    throw new FormatError(
      `a tensor is built by ${describeValue(callable)}, which is not supported`,
    );
  return requireTensor(callGlobal(callable as PickleGlobal, args ?? null));
}

function requireTensor(value: PickleValue | undefined): TensorView {
  const tensor = ofKind(value, 'tensor');
  if (tensor === undefined)
    throw new FormatError(`a parameter holds ${describeValue(value)} instead of a tensor`);
  return tensor;
}

function dictionary(items: PickleValue | undefined): Map<PickleValue, PickleValue> {
  if (items instanceof Map) return new Map(items);
  const result = new Map<PickleValue, PickleValue>();
  for (const pair of Array.isArray(items) ? items : []) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new FormatError('a dict is built from something else than pairs');
    result.set(pair[0], pair[1]);
  }
  return result;
}
