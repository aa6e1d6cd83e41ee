import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DeviceError } from '../../errors.js';
import type { TaskOptions } from '../../progress.js';
import { openRuntime } from '../open-runtime.js';
import { CUDA_LIBRARIES, findCudaLibraryObstacle } from './cuda.js';
import { findOnnxruntime } from './onnxruntime-package.js';

/** What an installation left. */
export interface CudaInstallation {
  /** Paths of the provider's libraries. */
  readonly libraries: readonly string[];
}

// The reason of a failed download stands in the last lines.
const STDERR_CHARACTERS = 1500;

/**
 * Fetches onnxruntime's CUDA provider (about 300 MB, from NuGet) with onnxruntime-node's own script, then opens a real
 * session on it. The CUDA 12 and cuDNN 9 libraries are the machine's.
 *
 * @throws {@link DeviceError} with the script's words if it fails, or onnxruntime's if no session opens; the signal's reason.
 */
export async function installCuda(options: TaskOptions = {}): Promise<CudaInstallation> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new DeviceError('cuda', findCudaLibraryObstacle() ?? 'unknown platform');
  const { folder, libraryFolder } = findOnnxruntime();
  const event = { phase: 'download', total: CUDA_LIBRARIES.length, unit: 'files' } as const;
  onProgress?.({ ...event, completed: 0, subject: 'onnxruntime CUDA provider' });
  await runScript(join(folder, 'script', 'install.js'), signal);
  const obstacle = findCudaLibraryObstacle();
  if (obstacle !== undefined)
    throw new DeviceError('cuda', `the install script left it incomplete: ${obstacle}`);
  onProgress?.({ ...event, completed: event.total, subject: 'onnxruntime CUDA provider' });
  await using _runtime = await openRuntime({ device: 'cuda', signal });
  return { libraries: CUDA_LIBRARIES.map((name) => join(libraryFolder, name)) };
}

async function runScript(script: string, signal: AbortSignal | undefined): Promise<void> {
  const child = spawn(process.execPath, [script], {
    env: scriptEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-STDERR_CHARACTERS);
  });
  const [code] = await once(child, 'close');
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code !== 0)
    throw new DeviceError(
      'cuda',
      `the install script of onnxruntime-node failed. ${complaint.trim()}`,
    );
}

// With npm_* set the script takes itself for a local install and does nothing; only "true" is understood (1.30).
function scriptEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.toLowerCase().startsWith('npm_'),
  );
  return { ...Object.fromEntries(kept), ONNXRUNTIME_NODE_INSTALL: 'true' };
}
