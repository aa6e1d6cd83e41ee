import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Columns } from '../../eval/rows/fields.js';
import type { RowOptions } from '../../eval/rows/open-rows.js';
import { ROW_FORMATS } from '../../eval/rows/row-format.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import { wholeNumber, wordList } from '../../terminal/parse-options.js';

/** Options of the commands below `cxr eval`; each takes those that mean something to it. */
export interface EvalOptions extends GlobalOptions, Omit<RowOptions, 'signal'> {
  readonly columns?: Columns;
  readonly skipInvalid: boolean;
  readonly bootstrap: number;
  readonly confidence: number;
  readonly worst: number;
  readonly out?: string;
  readonly html?: string;
  readonly compare?: string;
}

/** Options about how rows are read. */
export function addRowOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'of the files (default: by extension)').choices(ROW_FORMATS),
    )
    .option(
      '--columns <name=column,...>',
      'columns under other names, such as id=study_id,references=first+second',
      columnNames,
    )
    .option('--encoding <label>', 'of the files without byte order mark (default: utf-8)', encoding)
    .option('--delimiter <character>', 'between the columns of CSV (default: ,)')
    .option('--split <name>', 'rows of this split only, such as test');
}

/** Options about intervals. */
export function addBootstrapOptions(command: Command): Command {
  return command
    .option(
      '--bootstrap <n>',
      'intervals from n resamples of the rows (default: none)',
      wholeNumber(2),
      0,
    )
    .option('--confidence <share>', 'of the intervals', share, 0.95);
}

/** Options about what is written. */
export function addResultOptions(command: Command): Command {
  return command
    .option('--skip-invalid', 'leave out what cannot be used, and say how much that was', false)
    .option('--out <file>', 'write the numbers as JSON')
    .option('--html <file>', 'write one page with tables, plots and the worst cases');
}

/** Takes a second system. */
export function addCompareOption(command: Command): Command {
  return command.option('--compare <file>', 'a second system on the same items: paired tests');
}

/** Takes the length of tests by chance. */
export function addTrialsOption(command: Command, trials = 10_000): Command {
  return command.option(
    '--trials <n>',
    'random swaps of the paired test of --compare',
    wholeNumber(100),
    trials,
  );
}

/** Takes the number of cases on the page. */
export function addWorstOption(command: Command): Command {
  return command.option('--worst <n>', 'worst cases on the page', wholeNumber(0), 10);
}

/** Reads a number between 0 and 1, both excluded. */
function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError('Expected a number between 0 and 1.');
  return value;
}

/** Reads numbers between commas. */
export function numberList(text: string): number[] {
  return wordList(text).map((word) => {
    const value = Number(word);
    if (!Number.isFinite(value)) throw new InvalidArgumentError(`"${word}" is no number.`);
    return value;
  });
}

function columnNames(text: string): Columns {
  const entries = wordList(text).map((word) => {
    const [, name, columns] = /^([a-z]+)=(.+)$/.exec(word) ?? [];
    if (name === undefined)
      throw new InvalidArgumentError('Expected name=column between commas, such as id=study_id.');
    return [name, columns.split('+')] as const;
  });
  return Object.fromEntries(entries);
}

function encoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new InvalidArgumentError(
      'Expected a label of the Encoding Standard, such as utf-8, utf-16le, windows-1252.',
    );
  }
}
