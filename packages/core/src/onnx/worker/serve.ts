import { setImmediate } from 'node:timers/promises';
import type { Gate } from '../gate.js';
import type { CallMessage, Failure, FromWorker, ToWorker } from '../protocol.js';
import { ComplaintError } from './complaint-error.js';
import type { OnnxHost } from './onnx-host.js';

/** The worker's end of the line. */
export interface Port {
  readonly send: (message: FromWorker, transfer: readonly ArrayBuffer[]) => void;
  readonly listen: (onMessage: (message: ToWorker) => void) => void;
  /** Hangs up; with nothing else to do the worker ends. */
  readonly close: () => void;
}

/** Answers calls one after another, in the order they came; a call that is taken back while it waits never begins. */
export function serve(port: Port, host: OnnxHost, gate: Gate): void {
  const queue: CallMessage[] = [];
  let isBusy = false;
  let isClosed = false;
  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (let next = await take(queue); next !== undefined; next = await take(queue)) {
      if (isClosed || !gate.enter()) break;
      const { message, transfer } = await answer(host, next);
      gate.leave();
      port.send(message, transfer);
    }
    isBusy = false;
    if (isClosed) port.close();
  };
  port.listen((message) => {
    if ('close' in message) {
      isClosed = true;
      if (!isBusy) port.close();
    } else if ('cancel' in message) {
      const index = queue.findIndex(({ id }) => id === message.cancel);
      if (index < 0) return;
      queue.splice(index, 1);
      port.send({ id: message.cancel, failure: { cancelled: true } }, []);
    } else {
      queue.push(message);
      void work();
    }
  });
}

// Waits one turn of the event loop, so that what came during the last run, cancellations too, is read before the next begins.
async function take(queue: CallMessage[]): Promise<CallMessage | undefined> {
  await setImmediate();
  return queue.shift();
}

async function answer(
  host: OnnxHost,
  call: CallMessage,
): Promise<{ readonly message: FromWorker; readonly transfer: readonly ArrayBuffer[] }> {
  const { id } = call;
  try {
    const { value, transfer } = await host.handle(call);
    return { message: { id, value }, transfer };
  } catch (error) {
    return { message: { id, failure: toFailure(error) }, transfer: [] };
  }
}

function toFailure(error: unknown): Failure {
  if (error instanceof ComplaintError) return { complaint: error.complaint };
  return { message: (error instanceof Error ? error.message : String(error)).trim() };
}
