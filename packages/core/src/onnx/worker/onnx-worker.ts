import { parentPort, workerData } from 'node:worker_threads';
import { Gate } from '../gate.js';
import type { ToWorker } from '../protocol.js';
import { OnnxHost } from './onnx-host.js';
import { type Port, serve } from './serve.js';

if (parentPort === null) serve(processPort(), new OnnxHost(), new Gate());
else serve(threadPort(parentPort), new OnnxHost(), new Gate(workerData));

function threadPort(port: NonNullable<typeof parentPort>): Port {
  return {
    send: (message, transfer) => port.postMessage(message, [...transfer]),
    listen: (onMessage) => void port.on('message', onMessage),
    close: () => port.close(),
  };
}

function processPort(): Port {
  process.on('disconnect', () => process.exit());
  // Ctrl-C in a terminal reaches the whole process group; the caller decides when this worker ends.
  process.on('SIGINT', () => undefined);
  return {
    send: (message) => void process.send?.(message),
    listen: (onMessage) => void process.on('message', (message: ToWorker) => onMessage(message)),
    close: () => process.disconnect(),
  };
}
