import { CxrError, type CxrErrorCode } from '@cxrkit/core';

/**
 * A training batch could not be made: its data are bad (`code` says how), or the worker that makes it ended.
 * `cause` is the original error where it is known.
 */
export class BatchError extends CxrError {
  override readonly name: string = 'BatchError';
}

/** An error as plain data, for threads: a copied error loses its class and its code. */
export interface ErrorRecord {
  readonly message: string;
  readonly code?: CxrErrorCode;
  readonly stack?: string | undefined;
}

/** @internal */
export function toRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  return CxrError.isInstance(error)
    ? { message, stack, code: error.code }
    : { message: `${error.name}: ${message}`, stack };
}

/** @internal */
export function toBatchError(index: number, { message, code, stack }: ErrorRecord): BatchError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new BatchError(`Could not make batch ${index}: ${message}`, {
    code: code ?? 'INVALID_INPUT',
    cause,
  });
}
