import { DisposedError, InvalidInputError, ModelOutputError } from '../errors.js';
import type { Tensor, Tensors } from '../tensor.js';
import type { Channel } from './channel.js';
import { buffersOf, type LoadReply, type NameMap } from './protocol.js';
import {
  type Complaint,
  copyTensor,
  findFlaw,
  findMismatch,
  type TensorInfo,
} from './tensor-info.js';

/** How a graph is run once. */
export interface RunOptions {
  /**
   * Rejects at once with the signal's reason. A waiting run is taken back; one under way cannot be interrupted: the graph
   * runs to its end and its outputs are thrown away. Slots named in `keep` may have been replaced or not.
   */
  readonly signal?: AbortSignal | undefined;
  /** Graph input -> slot it is read from. */
  readonly from?: NameMap;
  /** Graph output -> slot it is stored in; replaces what was there and never leaves the worker. */
  readonly keep?: NameMap;
  /** Outputs to return. @defaultValue all outputs that are not in `keep` */
  readonly fetch?: readonly string[];
}

/** A graph loaded in a runtime; made by `OnnxRuntime.load`. */
export class OnnxSession implements AsyncDisposable {
  /** What the graph takes, in its order. */
  readonly inputs: readonly TensorInfo[];
  /** What the graph gives, in its order. */
  readonly outputs: readonly TensorInfo[];
  readonly #channel: Channel;
  readonly #id: number;
  readonly #label: string;
  #isDisposed = false;

  private constructor(channel: Channel, reply: LoadReply, label: string) {
    this.#channel = channel;
    this.#id = reply.session;
    this.#label = label;
    this.inputs = reply.inputs;
    this.outputs = reply.outputs;
  }

  /** @internal */
  static of(channel: Channel, reply: LoadReply, label: string): OnnxSession {
    return new OnnxSession(channel, reply, label);
  }

  /**
   * Runs the graph in the worker; runs of one runtime follow one another.
   *
   * @param feeds - Inputs by name, copied at once: the caller may reuse them.
   * @returns The fetched outputs by name, in memory of their own.
   * @throws {@link InvalidInputError} for a missing, unknown or ill-shaped input, an unknown output or an empty slot;
   *   {@link ModelOutputError} when onnxruntime fails; {@link DisposedError}; the signal's reason.
   */
  async run(feeds: Tensors, options: RunOptions = {}): Promise<Tensors> {
    if (this.#isDisposed) throw new DisposedError(`The session of ${this.#label}`);
    if (this.#channel.end !== undefined) throw this.#channel.end;
    options.signal?.throwIfAborted();
    const { from = {}, keep = {} } = options;
    const fetch =
      options.fetch ??
      this.outputs.map(({ name }) => name).filter((name) => !Object.hasOwn(keep, name));
    const complaint =
      findFeedComplaint(this.inputs, feeds, from) ?? findOutputComplaint(this.outputs, keep, fetch);
    if (complaint !== undefined) throw toInputError(complaint);
    const copies = copyTensors(feeds);
    const outputs = await this.#channel.call(
      'run',
      { session: this.#id, feeds: copies, from, keep, fetch },
      {
        transfer: buffersOf(copies),
        signal: options.signal,
        wrap: (message, cause) =>
          new ModelOutputError(`The graph ${this.#label} failed to run: ${message}`, cause),
      },
    );
    return ownTensors(outputs);
  }

  /** Frees the graph in the worker, after the runs that were asked before. May be called again. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#channel.end !== undefined) return;
    const request = { session: this.#id };
    await this.#channel.call('release', request, {
      wrap: (message, cause) => new ModelOutputError(message, cause),
    });
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** @returns Copies that may be transferred. */
export function copyTensors(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, copyTensor(tensor)]),
  );
}

/** @returns The tensors, copied where they are views of a larger buffer, as those from a process's pipe are. */
export function ownTensors(tensors: Tensors): Tensors {
  const isOwned = ({ data }: Tensor): boolean => data.byteLength === data.buffer.byteLength;
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      isOwned(tensor) ? tensor : copyTensor(tensor),
    ]),
  );
}

/** Turns a finding into the error it stands for. */
export function toInputError({ name, expected, actual, remedy }: Complaint): InvalidInputError {
  return new InvalidInputError(name, expected, actual, remedy);
}

function findFeedComplaint(
  inputs: readonly TensorInfo[],
  feeds: Tensors,
  from: NameMap,
): Complaint | undefined {
  const known = inputs.map(({ name }) => name);
  const stranger = [...Object.keys(feeds), ...Object.keys(from)].find(
    (name) => !known.includes(name),
  );
  if (stranger !== undefined)
    return { name: 'feeds', expected: `only the inputs ${list(known)}`, actual: stranger };
  for (const info of inputs) {
    const name = `input "${info.name}"`;
    const isFed = Object.hasOwn(feeds, info.name);
    if (isFed === Object.hasOwn(from, info.name)) {
      const actual = isFed ? 'both a tensor and a slot' : undefined;
      return { name, expected: `${info.type} [${info.dims.join(', ')}]`, actual };
    }
    if (!isFed) continue;
    const tensor = feeds[info.name];
    const complaint = findFlaw(name, tensor) ?? findMismatch(name, info, tensor);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function findOutputComplaint(
  outputs: readonly TensorInfo[],
  keep: NameMap,
  fetch: readonly string[],
): Complaint | undefined {
  const known = outputs.map(({ name }) => name);
  const asked = [...fetch, ...Object.keys(keep)];
  const stranger = asked.find((name) => !known.includes(name));
  if (stranger !== undefined)
    return {
      name: 'fetch and keep',
      expected: `only the outputs ${list(known)}`,
      actual: stranger,
    };
  if (asked.length === 0)
    return {
      name: 'fetch and keep',
      expected: `one or more of the outputs ${list(known)}`,
      actual: [],
    };
  const slots = Object.values(keep);
  if (new Set(slots).size < slots.length)
    return { name: 'keep', expected: 'a slot of its own for each output', actual: slots };
  return undefined;
}

// A training graph has hundreds.
const LISTED_NAMES = 8;

function list(names: readonly string[]): string {
  const rest = names.length - LISTED_NAMES;
  const shown = names.slice(0, LISTED_NAMES).map((name) => `"${name}"`);
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
