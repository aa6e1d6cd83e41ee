import type { ProgressEvent } from '@cxrkit/core';
import cliProgress from 'cli-progress';
import { createColors } from 'picocolors';
import { visible } from '../output/visible.js';
import type { CliContext, Sink } from './context.js';

/** Tells a person how things go: a bar on a terminal, plain lines elsewhere, nothing when quiet. */
export interface Reporter {
  /** Shows how far a task is. */
  progress(event: ProgressEvent): void;
  /** A line about what happened. */
  note(text: string): void;
  /** A line about what went wrong; shown even when quiet. */
  problem(text: string): void;
  /** A result, to standard output, without a bar across it. */
  result(text: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** Least time between two plain lines of one task. */
const PLAIN_INTERVAL_MS = 5000;

/** Makes the reporter of one command. */
export function createReporter(
  { stdout, stderr }: Pick<CliContext, 'stdout' | 'stderr'>,
  { quiet = false }: { readonly quiet?: boolean | undefined } = {},
): Reporter {
  const display = quiet ? undefined : stderr.isTTY ? new Bar(stderr) : new PlainLines(stderr);
  const { red } = createColors(stderr.isTTY === true && process.env.NO_COLOR === undefined);
  const print = (sink: Sink, text: string, paint = (words: string) => words): void => {
    display?.hide();
    sink.write(`${paint(visible(text))}\n`);
  };
  return {
    progress: (event) => display?.show(event),
    note: (text) => {
      if (!quiet) print(stderr, text);
    },
    problem: (text) => print(stderr, text, red),
    result: (text) => print(stdout, text),
    end: () => display?.hide(),
  };
}

interface Display {
  show(event: ProgressEvent): void;
  hide(): void;
}

/** A bar that a written line pushes away and the next event brings back. */
class Bar implements Display {
  readonly #stream: Sink;
  #bar: cliProgress.SingleBar | undefined;
  #task = '';

  constructor(stream: Sink) {
    this.#stream = stream;
  }

  show(event: ProgressEvent): void {
    const { phase, completed, total, unit, subject = '' } = event;
    const task = `${phase} ${unit} ${unit === 'bytes' ? subject : ''}`;
    if (task !== this.#task) this.hide();
    this.#task = task;
    if (this.#bar === undefined) {
      this.#bar = new cliProgress.SingleBar({
        format: '{phase} [{bar}] {progress} {subject}',
        stream: this.#stream as NodeJS.WritableStream,
        clearOnComplete: true,
        hideCursor: null,
        barsize: 24,
        forceRedraw: true,
      });
      this.#bar.start(total ?? 1, 0, payload(event));
    }
    this.#bar.setTotal(total ?? Math.max(1, completed));
    this.#bar.update(completed, payload(event));
    if (completed === total) this.hide();
  }

  hide(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

function payload(event: ProgressEvent): Record<string, string> {
  return { phase: wordOf(event), progress: progressText(event), subject: event.subject ?? '' };
}

/** Lines for logs: few, whole, without control characters. */
class PlainLines implements Display {
  readonly #stream: Sink;
  #task = '';
  #last = 0;

  constructor(stream: Sink) {
    this.#stream = stream;
  }

  show(event: ProgressEvent): void {
    const { phase, unit, completed, total } = event;
    // Short tasks tell their end only by what comes of them.
    if (phase === 'load' || phase === 'detect' || phase === 'classify' || phase === 'decode')
      return;
    const task = `${phase} ${unit}`;
    const now = performance.now();
    const isDue = task !== this.#task || completed === total;
    if (!isDue && now - this.#last < PLAIN_INTERVAL_MS) return;
    [this.#task, this.#last] = [task, now];
    const line = `${wordOf(event)}: ${progressText(event)} ${event.subject ?? ''}`;
    this.#stream.write(`${visible(line.trimEnd())}\n`);
  }

  hide(): void {}
}

function progressText({ completed, total, unit }: ProgressEvent): string {
  const show = (value: number): string =>
    unit === 'bytes' ? `${(value / 1e6).toFixed(1)} MB` : String(value);
  const end = total === undefined ? '' : ` of ${show(total)}`;
  return `${show(completed)}${end}${unit === 'bytes' ? '' : ` ${unit}`}`;
}

/** A picture whose results are written is done with. */
function wordOf({ phase, unit }: ProgressEvent): string {
  return phase === 'write' && unit === 'images' ? 'done' : phase;
}
