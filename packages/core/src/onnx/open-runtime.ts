import { availableParallelism } from 'node:os';
import { DeviceError, InvalidInputError } from '../errors.js';
import { findCudaLibraryObstacle, findCudaObstacle } from './devices/cuda.js';
import { findWebgpuObstacle } from './devices/vulkan.js';
import { startProcess } from './process-transport.js';
import type { ConcreteDevice } from './protocol.js';
import { OnnxRuntime, type PassedOverDevice, type RuntimeStart } from './runtime.js';
import { turnTelemetryOff } from './telemetry.js';
import { startThread } from './thread-transport.js';
import type { Transport } from './transport.js';

/** Where graphs shall run; `auto` takes the first of cuda, webgpu, cpu that starts. */
export type Device = 'auto' | ConcreteDevice;

/** How a runtime is opened. */
export interface RuntimeOptions {
  /** @defaultValue `'auto'` */
  readonly device?: Device;
  /** Threads of one running operator, 1 or more. @defaultValue the cores this process may use */
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
}

// A first start of CUDA reads over a gigabyte of libraries.
const GPU_START_LIMIT_MS = 60_000;
const DEVICES: readonly Device[] = ['auto', 'cpu', 'cuda', 'webgpu'];

/**
 * Starts one worker that owns onnxruntime: a thread for `cpu`, a process for `cuda` and `webgpu`.
 *
 * @throws {@link DeviceError} if the named device cannot start (never a fallback); {@link InvalidInputError}; the signal's reason.
 */
export async function openRuntime(options: RuntimeOptions = {}): Promise<OnnxRuntime> {
  const { device = 'auto', threads = availableParallelism(), signal } = options;
  if (!DEVICES.includes(device))
    throw new InvalidInputError('device', `one of ${DEVICES.join(', ')}`, device);
  if (!Number.isInteger(threads) || threads < 1)
    throw new InvalidInputError('threads', 'a whole number of 1 or more', threads);
  signal?.throwIfAborted();
  const start = { threads, signal };
  if (device === 'auto') return await openBest(start);
  const obstacle = device === 'cuda' ? findCudaLibraryObstacle() : undefined;
  if (obstacle !== undefined) throw new DeviceError(device, obstacle);
  return await open({ ...start, device, passedOver: [] });
}

async function openBest(options: Pick<RuntimeStart, 'threads' | 'signal'>): Promise<OnnxRuntime> {
  const passedOver: PassedOverDevice[] = [];
  const candidates = [
    ['cuda', findCudaObstacle],
    ['webgpu', findWebgpuObstacle],
  ] as const;
  for (const [device, findObstacle] of candidates) {
    const obstacle = findObstacle();
    if (obstacle !== undefined) {
      passedOver.push({ device, reason: obstacle });
      continue;
    }
    try {
      return await open({ ...options, device, passedOver: [...passedOver] });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof DeviceError)) throw error;
      passedOver.push({ device, reason: error.message });
    }
  }
  return await open({ ...options, device: 'cpu', passedOver });
}

async function open(options: RuntimeStart): Promise<OnnxRuntime> {
  if (options.device === 'cpu') return await OnnxRuntime.start(startCpu(), options);
  const limit = AbortSignal.timeout(GPU_START_LIMIT_MS);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  try {
    return await OnnxRuntime.start(startProcess(), { ...options, signal });
  } catch (error) {
    if (error !== limit.reason) throw error;
    const seconds = GPU_START_LIMIT_MS / 1000;
    throw new DeviceError(options.device, `it did not start within ${seconds} s`);
  }
}

/** A thread; or a process where this is a thread itself, which cannot turn telemetry off for its own process. */
function startCpu(): Transport {
  return turnTelemetryOff() ? startThread() : startProcess();
}
