import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a worker thread from a module beside the caller.
 *
 * @param module - `new URL('./x-worker.js', import.meta.url)`. Where only `x-worker.ts` exists (a source checkout,
 *   never an installed package) it is loaded through the development dependency tsx.
 */
export function spawnWorker(module: URL, workerData?: unknown): Worker {
  if (existsSync(fileURLToPath(module))) return new Worker(module, { workerData });
  const source = module.href.replace(/\.js$/, '.ts');
  const boot = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); });`;
  return new Worker(boot, { eval: true, workerData, execArgv: ['--conditions=@cxrkit/source'] });
}
