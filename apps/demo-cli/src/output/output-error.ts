import { CxrError } from '@cxrkit/core';

/** A result could not be written; the message names the file and says why. */
export class OutputError extends CxrError {
  override readonly name: string = 'OutputError';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`Could not write ${path}: ${reason(cause)}`, { code: 'OUTPUT', cause });
    this.path = path;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space, or choose another folder with --out.',
  EDQUOT: 'the disk quota is used up. Free some space, or choose another folder with --out.',
  EACCES: 'permission denied. Choose another folder with --out.',
  EPERM: 'permission denied. Choose another folder with --out.',
  EROFS: 'the file system is read-only. Choose another folder with --out.',
  ENOTDIR: 'a part of the path is a file. Choose another folder with --out.',
  EEXIST: 'there is a file of that name. Choose another folder with --out.',
};

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? `${cause.message}.`;
}
