import type { Tensors } from '../tensor.js';
import type { Complaint, TensorInfo } from './tensor-info.js';

/** Where graphs run, once chosen. */
export type ConcreteDevice = 'cpu' | 'cuda' | 'webgpu';

/** Names to names, such as graph inputs to slots. */
export type NameMap = Readonly<Record<string, string>>;

/** How far onnxruntime rewrites a graph when it is loaded. */
export type GraphOptimization = 'all' | 'extended' | 'basic' | 'disabled';

/**
 * How weights lie in memory: `unpacked` to float32 and into the layouts that are fastest, or `as-stored`, unpacked for each
 * operation and forgotten after it.
 */
export type WeightsInMemory = 'unpacked' | 'as-stored';

/** A file of external weights: its name in the graph, and its bytes or the file that holds them. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array | string;
}

/** What a session is made of. */
export interface LoadRequest {
  readonly graph: string | Uint8Array;
  readonly externalData: readonly ExternalData[];
  readonly optimization: GraphOptimization;
  readonly weights: WeightsInMemory;
  readonly residentOutputs: readonly string[];
  readonly threads: number;
  /** Whether idle threads of the session may spin for new work. */
  readonly spin: boolean;
}

/** One run of a graph. */
export interface RunRequest {
  readonly session: number;
  readonly feeds: Tensors;
  readonly from: NameMap;
  readonly keep: NameMap;
  readonly fetch: readonly string[];
}

/** A loaded graph. */
export interface LoadReply {
  readonly session: number;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** What a worker has done so far. */
export interface RuntimeStatistics {
  /** Graphs run. */
  readonly runs: number;
  /** Milliseconds spent inside onnxruntime's `run`, without queueing and copies. */
  readonly runMs: number;
}

/** Every call a runtime makes to its worker, with its answer; the same over a thread's port and a process's pipe. */
export interface Calls {
  readonly open: { readonly request: { readonly device: ConcreteDevice }; readonly reply: null };
  readonly load: { readonly request: LoadRequest; readonly reply: LoadReply };
  readonly run: { readonly request: RunRequest; readonly reply: Tensors };
  readonly release: { readonly request: { readonly session: number }; readonly reply: null };
  readonly put: { readonly request: { readonly slots: Tensors }; readonly reply: null };
  readonly read: {
    readonly request: { readonly names: readonly string[] };
    readonly reply: Tensors;
  };
  readonly drop: { readonly request: { readonly names: readonly string[] }; readonly reply: null };
  readonly statistics: {
    readonly request: Record<never, never>;
    readonly reply: RuntimeStatistics;
  };
}

/** Name of a call. */
export type CallName = keyof Calls;

/** A call on its way to the worker. */
export type CallMessage = {
  readonly [K in CallName]: {
    readonly id: number;
    readonly call: K;
    readonly request: Calls[K]['request'];
  };
}[CallName];

/** Takes a call back if it has not begun. */
interface CancelMessage {
  readonly cancel: number;
}

/** Ends the worker after the call under way. */
interface CloseMessage {
  readonly close: true;
}

/** Everything a runtime sends. */
export type ToWorker = CallMessage | CancelMessage | CloseMessage;

/** Why a call failed: the caller's fault, or onnxruntime's message. */
export type Failure =
  | { readonly complaint: Complaint }
  | { readonly message: string }
  | { readonly cancelled: true };

/** Everything a worker sends. */
export type FromWorker =
  | { readonly id: number; readonly value: Calls[CallName]['reply'] }
  | { readonly id: number; readonly failure: Failure };

/** @returns The memory of `tensors`, to be transferred; each must own its buffer (see `copyTensor`). */
export function buffersOf(tensors: Tensors): ArrayBuffer[] {
  return Object.values(tensors).map((tensor) => tensor.data.buffer as ArrayBuffer);
}
