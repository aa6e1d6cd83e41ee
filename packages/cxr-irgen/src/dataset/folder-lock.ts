import { join } from 'node:path';
import { CxrError, InvalidInputError } from '@cxrkit/core';
import { lockFolder as lock } from '@cxrkit/core/model';
import { outputError } from './disk.js';

/** Tells other processes that a folder is being written. */
export const LOCK_FILE = 'synthesis.lock';

/**
 * Takes a folder of pairs for this process until the lock is disposed: two writers would double what they write. A lock
 * whose process is gone, such as after `kill -9`, is taken over.
 *
 * @throws {@link InvalidInputError} if another process holds it; {@link CxrError} with code `OUTPUT`.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  try {
    return await lock(folder, {
      file: LOCK_FILE,
      refuse: ({ path, pid, host }) =>
        new InvalidInputError(
          'out',
          'a folder that no other process writes',
          `${path} of process ${pid} on ${host}`,
          'Wait for it, give another folder, or delete the file if that process is gone.',
        ),
    });
  } catch (error) {
    throw CxrError.isInstance(error) ? error : outputError(join(folder, LOCK_FILE), error);
  }
}
