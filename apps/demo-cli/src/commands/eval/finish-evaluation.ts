import { evaluationPage } from '../../eval/page/evaluation-page.js';
import { textTable } from '../../eval/page/text-table.js';
import { writeFiles } from '../../output/write-files.js';
import type { CliContext } from '../../terminal/context.js';
import type { Evaluation, EvaluationWork } from './evaluation.js';

/** Prints an evaluation, and writes `--out` and `--html`. */
export async function finishEvaluation(
  { n, json, isPrinted = false, tables, notes, page }: Evaluation,
  { files, options, skipper, reporter }: EvaluationWork,
  context: CliContext,
): Promise<void> {
  const skipped = { count: skipper.count, reasons: skipper.reasons };
  const written: Record<string, string> = {};
  if (options.out !== undefined)
    written[options.out] = `${JSON.stringify({ files, n, skipped, ...json }, null, 2)}\n`;
  if (options.html !== undefined) {
    const { facts, ...rest } = await page();
    const counts = [`${n} scored`, ...(skipped.count > 0 ? [`${skipped.count} skipped`] : [])];
    written[options.html] = evaluationPage({ ...rest, facts: [...facts, ...counts, ...notes] });
  }
  await writeFiles(written, context.disk);
  reporter.end();
  const table = tables.map(textTable).join('\n\n');
  if (isPrinted) reporter.note(table);
  else reporter.result(options.json ? JSON.stringify(json) : table);
  for (const note of notes) reporter.note(note);
  if (skipped.count > 0)
    reporter.problem([`Skipped ${skipped.count}, such as:`, ...skipped.reasons].join('\n  '));
  for (const path of Object.keys(written)) reporter.note(`Wrote ${path}.`);
}
