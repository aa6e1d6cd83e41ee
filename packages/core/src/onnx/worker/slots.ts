import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensors } from '../../tensor.js';
import { ComplaintError } from './complaint-error.js';
import type { Downloader } from './gpu.js';
import { fromOrt, type Ort, toOrt } from './ort-tensor.js';

interface Slot {
  readonly tensor: OrtTensor;
  /** The session that made it; absent for `put`. */
  readonly session?: number;
}

/** Named tensors that stay in the worker, in main or GPU memory. */
export class Slots {
  readonly #ort: Ort;
  readonly #downloader: Downloader;
  readonly #slots = new Map<string, Slot>();

  constructor(ort: Ort, downloader: Downloader) {
    this.#ort = ort;
    this.#downloader = downloader;
  }

  /** @throws {@link ComplaintError} for an empty slot. */
  get(name: string): OrtTensor {
    const slot = this.#slots.get(name);
    if (slot !== undefined) return slot.tensor;
    throw new ComplaintError({
      name: `slot "${name}"`,
      expected: 'a tensor',
      actual: 'nothing',
      remedy: 'Store one first with put(), or with keep in a run.',
    });
  }

  /** Fills a slot, in the place of what was there. */
  set(name: string, tensor: OrtTensor, session?: number): void {
    this.delete(name);
    this.#slots.set(name, session === undefined ? { tensor } : { tensor, session });
  }

  /** Empties a slot, if it is not yet. */
  delete(name: string): void {
    const previous = this.#slots.get(name);
    this.#slots.delete(name);
    // Main memory goes with the garbage collector; GPU buffers have to be given back.
    if (previous !== undefined && previous.tensor.location !== 'cpu') previous.tensor.dispose();
  }

  /** Moves what a session left in GPU memory to main memory: its buffers die with it (a crash in onnxruntime-node 1.30). */
  async rescue(session: number): Promise<void> {
    for (const [name, slot] of this.#slots)
      if (slot.session === session && slot.tensor.location !== 'cpu')
        this.set(name, toOrt(this.#ort, await this.#downloader.download(slot.tensor)));
  }

  /** @returns Copies in main memory. */
  async copyOut(named: readonly (readonly [string, OrtTensor])[]): Promise<Tensors> {
    const copies: Record<string, Tensors[string]> = {};
    for (const [name, tensor] of named)
      copies[name] =
        tensor.location === 'cpu' ? fromOrt(tensor) : await this.#downloader.download(tensor);
    return copies;
  }
}
