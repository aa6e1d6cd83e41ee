import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor, TensorType } from '../../tensor.js';
import { fromOrt, type Ort } from './ort-tensor.js';
import { unaryGraph } from './unary-graph.js';

// TensorProto.DataType of onnx.proto.
const ELEMENT_TYPES: Readonly<Record<TensorType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** Runs a tiny graph on the device alone. @throws Error in onnxruntime's words if it cannot. */
export async function assertDeviceWorks(ort: Ort, device: 'cuda' | 'webgpu'): Promise<void> {
  const session = await ort.InferenceSession.create(unaryGraph('Relu', ELEMENT_TYPES.float32), {
    executionProviders: [device],
    logSeverityLevel: 3,
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(-1, 2), [2]) });
  await session.release();
  if (y.data[0] !== 0 || y.data[1] !== 2)
    throw new Error(
      `max(0, [-1, 2]) came back as [${Array.from(y.data as Float32Array).join(', ')}]`,
    );
}

/**
 * Copies tensors from the GPU by an Identity graph whose output lies in main memory: `getData()` of a GPU tensor
 * aborts the process (onnxruntime-node 1.30).
 */
export class Downloader {
  readonly #ort: Ort;
  readonly #sessions = new Map<string, InferenceSession>();

  constructor(ort: Ort) {
    this.#ort = ort;
  }

  /** @returns A copy in main memory. */
  async download(tensor: OrtTensor): Promise<Tensor> {
    const session = this.#sessions.get(tensor.type) ?? (await this.#create(tensor.type));
    const { y } = await session.run({ x: tensor });
    return fromOrt(y);
  }

  async #create(type: string): Promise<InferenceSession> {
    const graph = unaryGraph('Identity', ELEMENT_TYPES[type as TensorType]);
    const session = await this.#ort.InferenceSession.create(graph, {
      executionProviders: ['webgpu'],
      logSeverityLevel: 3,
    });
    this.#sessions.set(type, session);
    return session;
  }
}
