import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The installed onnxruntime-node, as it lies on disk; the library itself is not loaded. */
export interface OnnxruntimePackage {
  readonly folder: string;
  readonly version: string;
  /** Folder of the shared libraries for this platform. */
  readonly libraryFolder: string;
  /** File names in it. */
  readonly libraries: readonly string[];
}

/** Finds onnxruntime-node from here. */
export function findOnnxruntime(): OnnxruntimePackage {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = dirname(manifest);
  const libraryFolder = join(folder, 'bin', 'napi-v6', process.platform, process.arch);
  const libraries = existsSync(libraryFolder) ? readdirSync(libraryFolder).toSorted() : [];
  return { folder, version, libraryFolder, libraries };
}
