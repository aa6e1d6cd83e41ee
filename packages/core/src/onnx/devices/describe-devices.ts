import { join } from 'node:path';
import { CxrError } from '../../errors.js';
import { openRuntime } from '../open-runtime.js';
import type { ConcreteDevice } from '../protocol.js';
import { findCudaObstacle } from './cuda.js';
import { findOnnxruntime } from './onnxruntime-package.js';
import { findVulkan, findWebgpuObstacle } from './vulkan.js';

/** What one device is good for here. */
export interface DeviceReport {
  readonly device: ConcreteDevice;
  /** Whether a real session started on it just now. */
  readonly available: boolean;
  /** Why it is not available, or why `auto` passes it over although it is. */
  readonly reason?: string;
  /** Paths of the libraries and drivers found for it. */
  readonly libraries: readonly string[];
  /** Version of onnxruntime-node. */
  readonly onnxruntime: string;
}

/** Tries every device with a real session, one after another; takes seconds where there are drivers. */
export async function describeDevices(
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<DeviceReport[]> {
  const found = findOnnxruntime();
  const paths = found.libraries.map((name) => join(found.libraryFolder, name));
  const isProvider = (path: string): boolean => path.includes('_providers_');
  const vulkan = findVulkan();
  const candidates = [
    { device: 'cpu', obstacle: undefined, libraries: paths.filter((path) => !isProvider(path)) },
    { device: 'cuda', obstacle: findCudaObstacle(), libraries: paths.filter(isProvider) },
    {
      device: 'webgpu',
      obstacle: findWebgpuObstacle(),
      libraries: [vulkan.loader ?? [], ...vulkan.drivers].flat(),
    },
  ] as const;
  const reports: DeviceReport[] = [];
  for (const { device, obstacle, libraries } of candidates) {
    const failure = await tryDevice(device, options.signal);
    const reason = failure ?? obstacle;
    reports.push({
      device,
      available: failure === undefined,
      ...(reason === undefined ? {} : { reason }),
      libraries,
      onnxruntime: found.version,
    });
  }
  return reports;
}

async function tryDevice(
  device: ConcreteDevice,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    await using _runtime = await openRuntime({ device, signal });
    return undefined;
  } catch (error) {
    if (CxrError.isInstance(error)) return error.message;
    throw error;
  }
}
