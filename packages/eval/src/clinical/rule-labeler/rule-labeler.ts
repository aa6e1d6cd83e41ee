import type { TaskOptions } from '@cxrkit/core';
import type { LabelRow } from '../label-row.js';
import type { Labeler } from '../labeler.js';
import { labelReport } from './label-report.js';

/** Reports between two looks at the signal. */
const CHUNK = 1000;

/** Makes a labeler of {@link labelReport}; needs no model. */
export function ruleLabeler(): Labeler {
  return {
    name: 'rule-lexical-scope',
    async label(reports, { signal, onProgress }: TaskOptions = {}) {
      const rows: LabelRow[] = [];
      for (let start = 0; start < reports.length; start += CHUNK) {
        signal?.throwIfAborted();
        for (const report of reports.slice(start, start + CHUNK)) rows.push(labelReport(report));
        onProgress?.({
          phase: 'evaluate',
          completed: rows.length,
          total: reports.length,
          unit: 'steps',
        });
      }
      return rows;
    },
  };
}
