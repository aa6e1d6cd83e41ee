import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasGpuNode, listFolder } from './device-nodes.js';

const LOADER = 'libvulkan.so.1';
const LIBRARY_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];
// Search order of the Vulkan loader: https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md
const DRIVER_FOLDERS = [
  '/etc/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
];
const SOFTWARE = /lvp|lavapipe|llvmpipe|swiftshader/i;

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What Vulkan needs, as files. */
export interface VulkanFiles {
  /** Path of the loader library, or `undefined`. */
  readonly loader: string | undefined;
  /** Driver manifests (ICD JSON). */
  readonly drivers: readonly string[];
}

/** Looks for Vulkan on Linux; `VK_DRIVER_FILES` and `VK_ICD_FILENAMES` are honoured. */
export function findVulkan(environment: Environment = process.env): VulkanFiles {
  const searched = split(environment.LD_LIBRARY_PATH).concat(LIBRARY_FOLDERS);
  const folder = searched.find((path) => listFolder(path).includes(LOADER));
  const named = split(environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES);
  const drivers =
    named.length > 0
      ? named
      : DRIVER_FOLDERS.flatMap((path) => listFolder(path).map((name) => join(path, name)));
  return {
    loader: folder === undefined ? undefined : join(folder, LOADER),
    drivers: drivers.filter((path) => path.endsWith('.json')),
  };
}

/**
 * Tells why `auto` does not try WebGPU. Looks at files only: a trial session would cost seconds on a machine without a GPU.
 *
 * @returns The reason, or `undefined` where a trial is worth its time.
 */
export function findWebgpuObstacle(environment: Environment = process.env): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { loader, drivers } = findVulkan(environment);
  if (loader === undefined) return `No Vulkan loader (${LOADER}) found.`;
  if (drivers.length === 0) return 'No Vulkan driver (ICD manifest) found.';
  if (drivers.every(isSoftwareDriver))
    return `The Vulkan drivers here (${drivers.join(', ')}) are software rasterisers, slower than the CPU.`;
  return hasGpuNode() ? undefined : 'No GPU device in /dev (dri/renderD*, nvidia*, dxg).';
}

/** Tells whether a driver manifest names a rasteriser that runs on the CPU. */
export function isSoftwareDriver(manifest: string): boolean {
  if (SOFTWARE.test(manifest)) return true;
  try {
    return SOFTWARE.test(readFileSync(manifest, 'utf8'));
  } catch {
    return false;
  }
}

function split(paths: string | undefined): string[] {
  return (paths ?? '').split(delimiter).filter((path) => path !== '');
}
