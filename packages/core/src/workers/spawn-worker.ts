import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a worker thread from a module beside the caller.
 *
 * @param module - `new URL('./x-worker.js', import.meta.url)`. Where only `x-worker.ts` exists (a source checkout,
 *   never an installed package) it is loaded through the development dependency tsx, found from here and not from the
 *   working directory.
 */
export function spawnWorker(module: URL, workerData?: unknown): Worker {
  if (existsSync(fileURLToPath(module))) return new Worker(module, { workerData });
  const source = module.href.replace(/\.js$/, '.ts');
  const manifest = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const loader = new URL('./dist/esm/api/index.mjs', manifest).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); });`;
  return new Worker(boot, { eval: true, workerData, execArgv: ['--conditions=@cxrkit/source'] });
}
