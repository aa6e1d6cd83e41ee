import { CxrError } from '@cxrkit/core';

/**
 * Runs what reads or writes in a run folder.
 *
 * @throws CxrError with code `CHECKPOINT` if the disk refuses: no such folder, no right, no space.
 */
export async function inRunFolder<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new CxrError(
      `The run folder ${folder} cannot be used: ${error.message}. Give one that can be written to.`,
      { code: 'CHECKPOINT', cause: error },
    );
  }
}
