import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { CxrError, DeviceError, ModelLoadError, ModelOutputError } from '../errors.js';
import type { Tensors } from '../tensor.js';
import { Channel } from './channel.js';
import {
  buffersOf,
  type ConcreteDevice,
  type ExternalData,
  type GraphOptimization,
  type RuntimeStatistics,
  type WeightsInMemory,
} from './protocol.js';
import { copyTensors, OnnxSession, ownTensors, toInputError } from './session.js';
import { findFlaw } from './tensor-info.js';
import type { Transport } from './transport.js';

/** A device that `auto` would have preferred, and why it was not taken. */
export interface PassedOverDevice {
  readonly device: 'cuda' | 'webgpu';
  readonly reason: string;
}

/** How a graph is loaded. */
export interface LoadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Weights of a serialised graph that lie outside it; a graph given by path finds those beside it by itself. */
  readonly externalData?: readonly ExternalData[];
  /** @defaultValue `'all'` */
  readonly optimization?: GraphOptimization;
  /**
   * `as-stored` on `cpu`: weights that are stored as float16 stay so, memory-mapped where they lie in a file of their own; a
   * UNet of 110 million weights then needs less than half of the memory and about an eighth more time (`npm run bench --
   * denoiser.bench`). It leaves out rewriting above `extended`. Other devices unpack. @defaultValue `'unpacked'`
   */
  readonly weights?: WeightsInMemory;
  /**
   * Cores for this graph, at most those of the runtime (the default). A graph of little work, such as one step of a small
   * decoder, is faster on one: waking a second core costs more than it gives.
   */
  readonly threads?: number | undefined;
  /**
   * Whether threads wait busily for the next run, where they are as many as the cores and no other runtime is open. A graph
   * that runs again and again, such as a training step, is 7 to 9 % faster by it; several that take turns with work in
   * JavaScript are slower, the whole pipeline 1.5 times (2 cores). @defaultValue false
   */
  readonly spin?: boolean;
  /**
   * Outputs that stay in GPU memory between runs on `webgpu`: name those that `keep` stores run after run (KV caches,
   * training state). Others are kept in main memory. Without effect on `cpu` and `cuda`. float64 and int8 cannot stay.
   */
  readonly residentOutputs?: readonly string[];
}

/** @internal */
export interface RuntimeStart {
  readonly device: ConcreteDevice;
  readonly threads: number;
  readonly passedOver: readonly PassedOverDevice[];
  readonly signal?: AbortSignal | undefined;
}

const WHAT = 'The onnxruntime worker';

/**
 * One worker that owns onnxruntime, its sessions and its *slots*: named tensors that stay in the worker between runs.
 * Made by `openRuntime`. An idle runtime does not keep the process alive.
 */
export class OnnxRuntime implements AsyncDisposable {
  static #openCount = 0;
  /** Where the graphs run. */
  readonly device: ConcreteDevice;
  /** For `auto`: each better device and why it was not taken; empty otherwise. */
  readonly passedOver: readonly PassedOverDevice[];
  readonly #channel: Channel;
  readonly #threads: number;
  #isDisposed = false;

  private constructor(channel: Channel, { device, passedOver, threads }: RuntimeStart) {
    this.#channel = channel;
    this.#threads = threads;
    this.device = device;
    this.passedOver = passedOver;
    OnnxRuntime.#openCount++;
  }

  /** @internal */
  static async start(transport: Transport, options: RuntimeStart): Promise<OnnxRuntime> {
    const channel = new Channel(transport, options.device);
    try {
      await channel.call(
        'open',
        { device: options.device },
        {
          signal: options.signal,
          wrap: (message, cause) => new DeviceError(options.device, message, cause),
        },
      );
    } catch (error) {
      await channel.close(WHAT);
      throw error;
    }
    return new OnnxRuntime(channel, options);
  }

  /**
   * Loads a graph.
   *
   * @param graph - Path of an `.onnx` file, or its bytes (copied).
   * @throws {@link ModelLoadError} with the path or `<bytes>`; {@link DisposedError}; the signal's reason.
   */
  async load(graph: string | Uint8Array, options: LoadOptions = {}): Promise<OnnxSession> {
    const { externalData = [], optimization = 'all', residentOutputs = [], signal } = options;
    const { spin = false, weights = 'unpacked' } = options;
    const threads = Math.min(options.threads ?? this.#threads, this.#threads);
    const label = typeof graph === 'string' ? graph : '<bytes>';
    const source = own(graph);
    const external = externalData.map(({ path, data }) => ({ path, data: own(data) }));
    const request = {
      graph: source,
      externalData: external,
      optimization,
      weights,
      residentOutputs,
      threads,
      spin: spin && threads >= availableParallelism() && OnnxRuntime.#openCount <= 1,
    };
    const reply = await this.#channel.call('load', request, {
      signal,
      transfer: [source, ...external.map(({ data }) => data)].flatMap((bytes) =>
        typeof bytes === 'string' ? [] : [bytes.buffer],
      ),
      wrap: (message, cause) => new ModelLoadError(label, message, cause),
      onLate: (late) => void OnnxSession.of(this.#channel, late, label).dispose().catch(ignoreEnd),
    });
    return OnnxSession.of(this.#channel, reply, label);
  }

  /**
   * Stores tensors in slots; replaces what was there.
   *
   * @param slots - Tensors by slot name, copied at once.
   * @throws {@link InvalidInputError} for a tensor whose data, dims and type disagree; {@link DisposedError}.
   */
  async put(slots: Tensors): Promise<void> {
    if (this.#channel.end !== undefined) throw this.#channel.end;
    for (const [name, tensor] of Object.entries(slots)) {
      const flaw = findFlaw(`slot "${name}"`, tensor);
      if (flaw !== undefined) throw toInputError(flaw);
    }
    const copies = copyTensors(slots);
    await this.#channel.call('put', { slots: copies }, { transfer: buffersOf(copies), wrap });
  }

  /**
   * Copies tensors out of their slots.
   *
   * @throws {@link InvalidInputError} naming the first empty slot; {@link DisposedError}.
   */
  async read(names: readonly string[]): Promise<Tensors> {
    return ownTensors(await this.#channel.call('read', { names }, { wrap }));
  }

  /** Empties slots; those that are empty already are passed over. */
  async drop(names: readonly string[]): Promise<void> {
    await this.#channel.call('drop', { names }, { wrap });
  }

  /** Tells what the worker has done so far, such as to see how much of a task's time was spent in its graphs. */
  async statistics(): Promise<RuntimeStatistics> {
    return await this.#channel.call('statistics', {}, { wrap });
  }

  /**
   * Ends the worker with its sessions and slots. Calls under way are rejected with `DisposedError` at once; on the CPU the
   * promise waits for the graph that is running. May be called again.
   */
  async dispose(): Promise<void> {
    if (!this.#isDisposed) OnnxRuntime.#openCount--;
    this.#isDisposed = true;
    await this.#channel.close(WHAT);
  }

  /** The same as {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

function own(source: string | Uint8Array): string | Uint8Array<ArrayBuffer> {
  return typeof source === 'string' ? resolve(source) : new Uint8Array(source);
}

function wrap(message: string, cause: Error): CxrError {
  return new ModelOutputError(message, cause);
}

function ignoreEnd(error: unknown): void {
  if (!CxrError.isInstance(error)) throw error;
}
