import { once } from 'node:events';
import { spawnWorker } from '../workers/index.js';
import { Gate } from './gate.js';
import type { Transport } from './transport.js';

// How long process.exit() may wait for a graph that is running; ours run for seconds at most.
const EXIT_LIMIT_MS = 10_000;

const openGates = new Set<Gate>();

/** Starts the onnxruntime worker in a thread: for the CPU, which threads may share. */
export function startThread(
  module: URL = new URL('./worker/onnx-worker.js', import.meta.url),
): Transport {
  const gate = new Gate();
  const worker = spawnWorker(module, gate.memory);
  let crash: string | undefined;
  let hasEnded = false;
  watch(gate);
  worker.on('error', (error) => {
    crash = error instanceof Error ? error.message : String(error);
  });
  worker.once('exit', () => {
    hasEnded = true;
    unwatch(gate);
  });
  return {
    send: (message, transfer) => worker.postMessage(message, [...transfer]),
    listen: ({ onMessage, onExit }) => {
      worker.on('message', onMessage);
      worker.once('exit', (code) => onExit(crash ?? `the thread ended with code ${code}`));
    },
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    terminate: async () => {
      if (hasEnded) return;
      // Not worker.terminate(): see Gate.
      gate.close();
      worker.ref();
      worker.postMessage({ close: true });
      await once(worker, 'exit');
    },
  };
}

function watch(gate: Gate): void {
  if (openGates.size === 0) process.on('exit', closeAll);
  openGates.add(gate);
}

function unwatch(gate: Gate): void {
  openGates.delete(gate);
  if (openGates.size === 0) process.off('exit', closeAll);
}

function closeAll(): void {
  for (const gate of openGates) gate.close();
  for (const gate of openGates) gate.waitUntilLeft(EXIT_LIMIT_MS);
}
