/** One step of anything that takes over a second. Counts only: words and percentages are the caller's. */
export interface ProgressEvent {
  readonly phase:
    | 'download'
    | 'load'
    | 'prepare'
    | 'train'
    | 'evaluate'
    | 'detect'
    | 'classify'
    | 'decode'
    | 'sample'
    | 'write';
  readonly completed: number;
  /** Absent while unknown. */
  readonly total?: number;
  readonly unit: 'bytes' | 'files' | 'steps' | 'tokens' | 'images' | 'regions';
  /** File, model or stage the event speaks of. */
  readonly subject?: string;
}

export type ProgressListener = (event: ProgressEvent) => void;

/** Options every long-running verb takes. */
export interface TaskOptions {
  /** Checked before each unit of work; one running ONNX graph cannot be interrupted. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}
