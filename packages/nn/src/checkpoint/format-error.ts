import { CheckpointError, CxrError } from '@cxrkit/core';

/** Says why bytes are no readable checkpoint; {@link guardCheckpoint} adds the file's name. */
export class FormatError extends Error {
  override readonly name: string = 'FormatError';
}

/**
 * Runs `work` and turns what a bad file or disk causes into a {@link CheckpointError}.
 *
 * Aborts, errors of the caller's input and mistakes of our own pass through as they are.
 *
 * @param path - Named in the error.
 */
export async function guardCheckpoint<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatError) throw new CheckpointError(path, error.message, error.cause);
    if (isSystemError(error)) throw new CheckpointError(path, systemReason(error), error);
    if (error instanceof RangeError && !CxrError.isInstance(error))
      throw new CheckpointError(
        path,
        `it needs more memory than there is (${error.message})`,
        error,
      );
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

function systemReason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file';
  if (error.code === 'EISDIR') return 'expected a file, got a folder';
  return error.message;
}
