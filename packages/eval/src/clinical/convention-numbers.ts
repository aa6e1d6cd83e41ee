import type { ResampledMany } from '../resampling/replicates.js';
import type { ConventionTable, LabelPair } from './conventions/table.js';

/**
 * Prepares all numbers of a convention for resamples: the statistics of a pair are computed once and a resample is
 * summed once, however many numbers are read off the sum. Zeros, most of a pair's statistics, are not kept.
 *
 * @returns Numbers in the order of the table.
 */
export function resampledNumbers(
  table: ConventionTable,
  pairs: readonly LabelPair[],
): ResampledMany {
  const numbers = [...table.numbers.values()];
  const { starts, columns, values: kept } = sparseStatistics(table, pairs);
  const sum = new Float64Array(table.length);
  return {
    n: pairs.length,
    length: numbers.length,
    fill(counts, values) {
      sum.fill(0);
      for (let i = 0; i < counts.length; i++) {
        const count = counts[i];
        if (count === 0) continue;
        for (let k = starts[i]; k < starts[i + 1]; k++) sum[columns[k]] += count * kept[k];
      }
      const isEmpty = sum[table.length - 1] === 0;
      for (let j = 0; j < numbers.length; j++)
        values[j] = isEmpty ? Number.NaN : (numbers[j].read(sum) ?? Number.NaN);
    },
  };
}

/** Statistics of pair `i` are those of `starts[i]` up to `starts[i + 1]`. */
interface SparseStatistics {
  /** `[n + 1]` */
  readonly starts: readonly number[];
  /** Places in the sums. */
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

function sparseStatistics(table: ConventionTable, pairs: readonly LabelPair[]): SparseStatistics {
  const [starts, columns, values]: [number[], number[], number[]] = [[0], [], []];
  const row = new Float64Array(table.length);
  for (const pair of pairs) {
    row.fill(0);
    table.add(row, pair);
    for (let j = 0; j < row.length; j++) {
      if (row[j] === 0) continue;
      columns.push(j);
      values.push(row[j]);
    }
    starts.push(columns.length);
  }
  return { starts, columns, values };
}
