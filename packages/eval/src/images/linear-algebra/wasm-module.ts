/** Opcodes of the WebAssembly core specification 2.0, appendix "Index of Instructions". */
export const OP = {
  loop: [0x03, 0x40],
  end: [0x0b],
  branchIf: [0x0d],
  constant: [0x41], // i32.const
  lessThan: [0x49], // i32.lt_u
  addInteger: [0x6a], // i32.add
  load: [0xfd, 0x00], // v128.load
  loadSplat: [0xfd, 0x0a], // v128.load64_splat
  store: [0xfd, 0x0b], // v128.store
  splat: [0xfd, 0x14], // f64x2.splat
  add: [0xfd, 0xf0, 0x01], // f64x2.add
  subtract: [0xfd, 0xf1, 0x01], // f64x2.sub
  multiply: [0xfd, 0xf2, 0x01], // f64x2.mul
} as const;

const [I32, F64, V128] = [0x7f, 0x7c, 0x7b];

/** A module of one function, exported as `run`, and one memory, exported as `memory`. */
interface ModuleText {
  /** Memory to start with, in pages of 64 KiB. */
  readonly pages: number;
  /** Parameters: first so many i32, then so many f64. */
  readonly integers: number;
  readonly doubles: number;
  /** Locals of two doubles each, after the parameters. */
  readonly pairs: number;
  readonly body: readonly number[];
}

/** Assembles a WebAssembly module. */
export function assembleModule({ pages, integers, doubles, pairs, body }: ModuleText): Uint8Array {
  const parameters = [
    ...new Array<number>(integers).fill(I32),
    ...new Array<number>(doubles).fill(F64),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, [1, 0x60, ...withLength(parameters), 0]), // one function type, no result
    ...section(3, [1, 0]), // one function, of that type
    ...section(5, [1, 0, pages]), // one memory
    ...section(7, [2, ...name('memory'), 2, 0, ...name('run'), 0, 0]),
    ...section(10, [1, ...withLength([1, pairs, V128, ...body, ...OP.end])]),
  ]);
}

/** What runs: plain numbers in, results in memory. */
interface ModuleExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  run(...values: number[]): void;
}

/** What is used of the WebAssembly namespace, which our type library (ES alone) does not hold. */
interface WebAssemblyHost {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: ModuleExports };
  };
}

/** Starts a module. @throws Where WebAssembly or its SIMD is not to be had. */
export function startModule(bytes: Uint8Array): ModuleExports {
  const { WebAssembly } = globalThis as unknown as WebAssemblyHost;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

/** @returns Code that puts a local on the stack. */
export function get(local: number): number[] {
  return [0x20, local];
}

/** @returns Code that takes a local from the stack. */
export function set(local: number): number[] {
  return [0x21, local];
}

/** @returns A memory argument: alignment 2^3, offset below 128. */
export function at(offset: number): number[] {
  return [3, offset];
}

function name(text: string): number[] {
  return withLength([...text].map((letter) => letter.charCodeAt(0)));
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...withLength(content)];
}

/** Puts the length before the bytes, as LEB128. */
function withLength(bytes: readonly number[]): number[] {
  const { length } = bytes;
  return length < 128 ? [length, ...bytes] : [(length & 0x7f) | 0x80, length >> 7, ...bytes];
}
