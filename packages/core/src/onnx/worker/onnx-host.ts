import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensors } from '../../tensor.js';
import {
  buffersOf,
  type CallMessage,
  type Calls,
  type ConcreteDevice,
  type LoadReply,
  type LoadRequest,
  type RunRequest,
  type RuntimeStatistics,
} from '../protocol.js';
import { findMismatch, type TensorInfo } from '../tensor-info.js';
import { ComplaintError } from './complaint-error.js';
import { assertDeviceWorks, Downloader } from './gpu.js';
import { createSession, readInfo } from './load-graph.js';
import { type Ort, toOrt } from './ort-tensor.js';
import { Slots } from './slots.js';

/** An answer and the memory that moves with it. */
export interface Answer {
  readonly value: Calls[CallMessage['call']]['reply'];
  readonly transfer: readonly ArrayBuffer[];
}

interface LoadedGraph {
  readonly session: InferenceSession;
  readonly inputs: readonly TensorInfo[];
}

interface OpenedLibrary {
  readonly ort: Ort;
  readonly device: ConcreteDevice;
  readonly slots: Slots;
}

const NOTHING: Answer = { value: null, transfer: [] };

/** onnxruntime with its sessions and slots, inside the worker. */
export class OnnxHost {
  readonly #graphs = new Map<number, LoadedGraph>();
  #opened: OpenedLibrary | undefined;
  #lastId = 0;
  #statistics: RuntimeStatistics = { runs: 0, runMs: 0 };

  /** Answers one call; never two at a time. */
  async handle(message: CallMessage): Promise<Answer> {
    switch (message.call) {
      case 'open':
        await this.#open(message.request.device);
        return NOTHING;
      case 'load':
        return { value: await this.#load(message.request), transfer: [] };
      case 'run':
        return tensorAnswer(await this.#run(message.request));
      case 'release':
        await this.#release(message.request.session);
        return NOTHING;
      case 'put':
        for (const [name, tensor] of Object.entries(message.request.slots))
          this.#library.slots.set(name, toOrt(this.#library.ort, tensor));
        return NOTHING;
      case 'read':
        return tensorAnswer(await this.#read(message.request.names));
      case 'drop':
        for (const name of message.request.names) this.#library.slots.delete(name);
        return NOTHING;
      case 'statistics':
        return { value: this.#statistics, transfer: [] };
    }
  }

  get #library(): OpenedLibrary {
    if (this.#opened === undefined) throw new Error('onnxruntime has not been opened');
    return this.#opened;
  }

  async #open(device: ConcreteDevice): Promise<void> {
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'error';
    if (device !== 'cpu') await assertDeviceWorks(ort, device);
    this.#opened = { ort, device, slots: new Slots(ort, new Downloader(ort)) };
  }

  async #load(request: LoadRequest): Promise<LoadReply> {
    const { ort, device } = this.#library;
    const session = await createSession(ort, device, request);
    try {
      const inputs = session.inputMetadata.map(readInfo);
      const outputs = session.outputMetadata.map(readInfo);
      const id = ++this.#lastId;
      this.#graphs.set(id, { session, inputs });
      return { session: id, inputs, outputs };
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  async #run({ session: id, feeds, from, keep, fetch }: RunRequest): Promise<Tensors> {
    const { ort, slots } = this.#library;
    const graph = this.#graphs.get(id);
    if (graph === undefined) throw new Error(`no session ${id} is loaded`);
    const inputs: Record<string, OrtTensor> = {};
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = toOrt(ort, tensor);
    for (const [name, slot] of Object.entries(from)) {
      inputs[name] = slots.get(slot);
      assertFits(name, slot, inputs[name], graph.inputs);
    }
    const names = [...new Set([...fetch, ...Object.keys(keep)])];
    const start = performance.now();
    const outputs = await graph.session.run(inputs, names);
    const { runs, runMs } = this.#statistics;
    this.#statistics = { runs: runs + 1, runMs: runMs + performance.now() - start };
    const fetched = await slots.copyOut(fetch.map((name) => [name, outputs[name]]));
    for (const name of names) {
      if (Object.hasOwn(keep, name)) slots.set(keep[name], outputs[name], id);
      else if (outputs[name].location !== 'cpu') outputs[name].dispose();
    }
    return fetched;
  }

  async #release(id: number): Promise<void> {
    const graph = this.#graphs.get(id);
    this.#graphs.delete(id);
    await this.#library.slots.rescue(id);
    await graph?.session.release();
  }

  async #read(names: readonly string[]): Promise<Tensors> {
    const { slots } = this.#library;
    return await slots.copyOut(names.map((name) => [name, slots.get(name)]));
  }
}

function tensorAnswer(value: Tensors): Answer {
  return { value, transfer: buffersOf(value) };
}

function assertFits(
  input: string,
  slot: string,
  tensor: OrtTensor,
  inputs: readonly TensorInfo[],
): void {
  const info = inputs.find(({ name }) => name === input);
  const complaint = info && findMismatch(`input "${input}" from slot "${slot}"`, info, tensor);
  if (complaint !== undefined) throw new ComplaintError(complaint);
}
