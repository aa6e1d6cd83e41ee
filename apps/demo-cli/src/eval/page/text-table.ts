import { type Cell, cellText, isNumeric, type TableBlock } from './evaluation-page.js';

/** Sets a table in plain characters, its columns below each other. */
export function textTable({ columns, rows }: TableBlock): string {
  const cells = rows.map((row) => row.map(cellText));
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...cells.map((row) => row[i].length)),
  );
  const atRight = columns.map((_, i) => rows.some((row: readonly Cell[]) => isNumeric(row[i])));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => (atRight[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join(
    '\n',
  );
}
