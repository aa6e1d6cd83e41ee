/**
 * What a bench found: a table whose cells are ready to print.
 *
 * @typedef {object} BenchReport
 * @property {string} title
 * @property {string} method - One or two sentences: what is timed, how often, against what.
 * @property {readonly string[]} columns
 * @property {readonly (readonly string[])[]} rows
 * @property {string} [skipped] - Why it was not run; the table is then empty.
 */

/**
 * Ends a bench script: prints its report as Markdown, or as one JSON line under `--json`, as `bench.mjs` asks.
 *
 * @param {BenchReport} report
 */
export function finish(report) {
  const isJson = process.argv.includes('--json');
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : `${toMarkdown(report)}\n`);
}

/**
 * @param {BenchReport} report
 * @returns {string} A section in Markdown.
 */
export function toMarkdown({ title, method, columns, rows, skipped }) {
  const head = `### ${title}\n\n${method}\n`;
  if (skipped !== undefined) return `${head}\nNot run: ${skipped}.\n`;
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const rule = line(columns.map((_, i) => (i === 0 ? '---' : '---:')));
  return `${head}\n${[line(columns), rule, ...rows.map(line)].join('\n')}\n`;
}
