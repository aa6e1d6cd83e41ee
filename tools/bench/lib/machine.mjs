import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/**
 * @typedef {object} Machine
 * @property {string} date - Year, month, day.
 * @property {string} cpu
 * @property {number} cores - That this process may use.
 * @property {number} memoryGib
 * @property {string} system
 * @property {string} node
 * @property {string} onnxruntime
 * @property {number} load - Load average of the minute before the benches; well above 0 means a shared machine.
 * @property {string} summary
 */

/** @returns {Machine} What the numbers were measured on. */
export function describeMachine() {
  const date = new Date().toISOString().slice(0, 10);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const cores = availableParallelism();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const system = `${platform()} ${release()}`;
  const node = process.versions.node;
  const onnxruntime = installedVersion('onnxruntime-node');
  const load = Number(loadavg()[0].toFixed(1));
  const summary = `${date}: ${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}, Node ${node}, onnxruntime ${onnxruntime}, load ${load} before the run`;
  return { date, cpu, cores, memoryGib, system, node, onnxruntime, load, summary };
}

/** @param {string} name */
function installedVersion(name) {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
