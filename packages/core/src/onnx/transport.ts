import type { FromWorker, ToWorker } from './protocol.js';

/** What a channel wants to hear of its worker. */
interface TransportEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** Called once, when the worker is gone for whatever reason. */
  readonly onExit: (reason: string) => void;
}

/** A started worker, in a thread or a process of its own. */
export interface Transport {
  /** Sends a message; `transfer` is moved where memory is shared and copied where it is not. */
  readonly send: (message: ToWorker, transfer: readonly ArrayBuffer[]) => void;
  readonly listen: (events: TransportEvents) => void;
  /** Says whether the worker keeps this process alive. */
  readonly hold: (isHeld: boolean) => void;
  /** Ends the worker; a thread ends after the call under way, a process at once. */
  readonly terminate: () => Promise<void>;
}
