import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { environmentWithoutTelemetry } from './telemetry.js';
import type { Transport } from './transport.js';

// Enough for the last lines of a driver's complaint.
const STDERR_CHARACTERS = 2000;

/**
 * Starts the onnxruntime worker in a process: for GPUs. Two threads that initialise WebGPU at once crash their process,
 * and a driver that dies should not take the caller with it.
 */
export function startProcess(): Transport {
  const module = new URL('./worker/onnx-worker.js', import.meta.url);
  const isBuilt = existsSync(fileURLToPath(module));
  const path = fileURLToPath(isBuilt ? module : module.href.replace(/\.js$/, '.ts'));
  return processTransport(
    fork(path, {
      execArgv: isBuilt ? [] : sourceFlags(),
      env: environmentWithoutTelemetry(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    }),
  );
}

/** Wraps a forked process whose standard error is a pipe. */
function processTransport(child: ChildProcess): Transport {
  let complaint = '';
  let failure: string | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-STDERR_CHARACTERS);
  });
  child.on('error', (error) => {
    failure = error.message;
  });
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    listen: ({ onMessage, onExit }) => {
      child.on('message', onMessage);
      child.once('close', (code, signal) => {
        const end = signal === null ? `code ${code}` : `signal ${signal}`;
        onExit(`${failure ?? `the process ended with ${end}`}. ${complaint}`.trim());
      });
    },
    hold: (isHeld) => hold(child, isHeld),
    terminate: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      hold(child, true);
      child.kill();
      await closed;
    },
  };
}

function hold(child: ChildProcess, isHeld: boolean): void {
  const verb = isHeld ? 'ref' : 'unref';
  child[verb]();
  child.channel?.[verb]();
  const pipe = child.stderr;
  // The pipe of a child is a socket, which the stream type does not tell.
  if (pipe !== null && verb in pipe) (pipe as unknown as Record<typeof verb, () => void>)[verb]();
}

// A source checkout has only onnx-worker.ts: the development dependency tsx loads it, found from here and not from the working directory.
function sourceFlags(): string[] {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--conditions=@cxrkit/source', '--import', loader];
}
