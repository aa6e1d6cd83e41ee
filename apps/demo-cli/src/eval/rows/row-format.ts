/** Forms in which rows are read. */
export const ROW_FORMATS = ['jsonl', 'csv', 'tsv', 'json'] as const;

/** One of the {@link ROW_FORMATS}. */
export type RowFormat = (typeof ROW_FORMATS)[number];
