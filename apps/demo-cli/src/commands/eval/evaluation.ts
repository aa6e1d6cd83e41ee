import type { TaskOptions } from '@cxrkit/core';
import type { EvaluationPage, TableBlock } from '../../eval/page/evaluation-page.js';
import type { RowSkipper } from '../../eval/rows/raw-row.js';
import type { Reporter } from '../../terminal/reporter.js';
import type { EvalOptions } from './eval-options.js';

/** What an evaluation works on. */
export interface EvaluationWork {
  readonly files: readonly string[];
  readonly options: EvalOptions;
  readonly skipper: RowSkipper;
  readonly reporter: Reporter;
  readonly task: TaskOptions;
}

/** What an evaluation gives. */
export interface Evaluation {
  /** Rows, pictures or pairs that were scored. */
  readonly n: number;
  /** What `--json` prints. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Whether its lines are on standard output already, so that tables are notes. */
  readonly isPrinted?: boolean;
  /** What is printed otherwise. */
  readonly tables: readonly TableBlock[];
  /** What was noticed, such as empty texts. */
  readonly notes: readonly string[];
  /** Makes the report of `--html`. */
  readonly page: () => Promise<EvaluationPage>;
}

/** Evaluates files. */
export type Evaluate = (work: EvaluationWork) => Promise<Evaluation>;
