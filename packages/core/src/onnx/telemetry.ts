import { isMainThread } from 'node:worker_threads';

const NAME = 'ORT_DISABLE_TELEMETRY';

/**
 * Turns onnxruntime's telemetry off, which is read once, when its library starts: builds for Linux and macOS from 1.29 on
 * keep a device id and a database of events below `~/.cache/Microsoft` and send them to Microsoft (onnxruntime PR 27379);
 * they also search the command line by a recursive pattern that overflows the stack of a thread when a few hundred paths
 * are named. Who wants it sets the variable to something else, such as 0.
 *
 * @returns Whether the variable is set for this process: a thread that is not the main one has only a copy of its
 *   environment.
 */
export function turnTelemetryOff(): boolean {
  if (isMainThread) process.env[NAME] ??= '1';
  return process.env[NAME] !== undefined;
}

/** @returns The environment of a process of its own with telemetry off. */
export function environmentWithoutTelemetry(): NodeJS.ProcessEnv {
  return { [NAME]: '1', ...process.env };
}
