/**
 * Turns Ctrl-C, a polite kill and a reader of standard output that went away (`cxr ... | head`) into an abort; the
 * second Ctrl-C ends the process at once.
 *
 * @returns The signal, and what takes the listeners away.
 */
export function stopOnSignals(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error('Stopped by a signal.'));
  };
  const onBrokenPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort(error);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, stop);
  process.stdout.on('error', onBrokenPipe);
  const release = (): void => {
    for (const name of signals) process.off(name, stop);
  };
  return { signal: controller.signal, release };
}
