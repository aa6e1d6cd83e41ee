import { CheckpointError } from '@cxrkit/core';
import { lockFolder } from '@cxrkit/core/model';

/**
 * Takes a run folder for this process until the lock is disposed; two trainings in one folder would write over each
 * other. A lock whose process is gone, such as after `kill -9`, is taken over.
 *
 * @throws {@link CheckpointError} if another training holds it.
 */
export function lockRunFolder(folder: string): Promise<AsyncDisposable> {
  return lockFolder(folder, {
    file: 'run.lock',
    refuse: ({ path, pid, host }) =>
      new CheckpointError(
        path,
        `process ${pid} on ${host} trains in this folder. Wait for it, give another run folder, or delete the file if that process is gone.`,
      ),
  });
}
