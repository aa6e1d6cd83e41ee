/** What went wrong, as a word a program can switch on. */
export type CxrErrorCode =
  | 'INVALID_INPUT'
  | 'IMAGE_DECODE'
  | 'MODEL_LOAD'
  | 'MODEL_OUTPUT'
  | 'DEVICE'
  | 'DOWNLOAD'
  | 'CHECKPOINT'
  | 'DISPOSED'
  | 'OUTPUT'
  | 'UNSUPPORTED';

export interface CxrErrorOptions {
  readonly code: CxrErrorCode;
  readonly cause?: unknown;
}

/** Base of every error this family of packages throws. */
export class CxrError extends Error {
  override readonly name: string = 'CxrError';
  readonly code: CxrErrorCode;
  readonly isCxrError: true = true;

  constructor(message: string, { code, cause }: CxrErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** Tells whether `error` is ours; works over two copies of the package in one process. */
  static isInstance(error: unknown): error is CxrError {
    return error instanceof Error && 'isCxrError' in error;
  }
}

/** An argument, option or record is out of its documented range. */
export class InvalidInputError extends CxrError {
  override readonly name: string = 'InvalidInputError';

  /** @param remedy - How to mend it, as a full sentence. */
  constructor(name: string, expected: string, actual: unknown, remedy?: string) {
    const sentence = `Expected ${expected} for ${name}, got ${describe(actual)}.`;
    super(remedy === undefined ? sentence : `${sentence} ${remedy}`, { code: 'INVALID_INPUT' });
  }
}

/** A picture could not be read: missing, empty, damaged, too large or not a picture. */
export class ImageDecodeError extends CxrError {
  override readonly name: string = 'ImageDecodeError';
  /** File path, or `undefined` for bytes. */
  readonly path: string | undefined;

  constructor(
    message: string,
    options: { readonly path?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { code: 'IMAGE_DECODE', cause: options.cause });
    this.path = options.path;
  }
}

/** A model folder, its manifest or one of its graphs is missing, damaged or of another kind. */
export class ModelLoadError extends CxrError {
  override readonly name: string = 'ModelLoadError';
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`Could not load the model at ${path}: ${reason}`, { code: 'MODEL_LOAD', cause });
    this.path = path;
  }
}

/** A graph refused its inputs or gave something else than its contract says. */
export class ModelOutputError extends CxrError {
  override readonly name: string = 'ModelOutputError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'MODEL_OUTPUT', cause });
  }
}

/** The asked device cannot start; never answered by a silent fallback. */
export class DeviceError extends CxrError {
  override readonly name: string = 'DeviceError';
  readonly device: string;

  constructor(device: string, reason: string, cause?: unknown) {
    super(`Device "${device}" cannot be used: ${reason}`, { code: 'DEVICE', cause });
    this.device = device;
  }
}

/** A download failed, or offline use was asked and the cache lacks the file. */
export class DownloadError extends CxrError {
  override readonly name: string = 'DownloadError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'DOWNLOAD', cause });
  }
}

/** A checkpoint file is damaged, of another format, or holds what may not be read. */
export class CheckpointError extends CxrError {
  override readonly name: string = 'CheckpointError';
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`Could not read the checkpoint ${path}: ${reason}`, { code: 'CHECKPOINT', cause });
    this.path = path;
  }
}

/** Something was used after its `dispose()`. */
export class DisposedError extends CxrError {
  override readonly name: string = 'DisposedError';

  constructor(what: string) {
    super(`${what} was used after dispose(); load it again.`, { code: 'DISPOSED' });
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
  if (Array.isArray(value))
    return `[${value.slice(0, 12).map(describe).join(', ')}${value.length > 12 ? ', …' : ''}]`;
  if (value !== null && typeof value === 'object')
    return `a ${value.constructor?.name ?? 'object'}`;
  return String(value);
}
