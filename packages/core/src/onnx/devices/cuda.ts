import { hasNvidiaNode } from './device-nodes.js';
import { findOnnxruntime } from './onnxruntime-package.js';

/** Libraries of the CUDA provider that onnxruntime-node fetches separately (its `script/install-metadata.js`). */
export const CUDA_LIBRARIES = [
  'libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so',
] as const;

/** @returns Why onnxruntime's CUDA provider is not there, or `undefined`; looks at files only. */
export function findCudaLibraryObstacle(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `onnxruntime-node has CUDA for linux x64 only, this is ${process.platform} ${process.arch}.`;
  const { libraries } = findOnnxruntime();
  const missing = CUDA_LIBRARIES.filter((name) => !libraries.includes(name));
  if (missing.length === 0) return undefined;
  return `${missing.join(' and ')} not installed beside onnxruntime-node. Run "cxr install-cuda" or installCuda().`;
}

/** @returns Why `auto` does not try CUDA, or `undefined`; looks at files only. */
export function findCudaObstacle(): string | undefined {
  return findCudaLibraryObstacle() ?? (hasNvidiaNode() ? undefined : 'No NVIDIA device in /dev.');
}
