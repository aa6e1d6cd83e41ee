import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { toMarkdown } from './report.mjs';

const head = `# Benchmarks

Written by \`npm run bench -- --write\`; each section says when and on what machine. Ratios are CXRKit's time over the
named peer's in the same run, taken in turn. On a busy machine (load above 1 before the run) milliseconds mean little,
ratios of one thread hold roughly, and ratios of as many threads as cores do not: the peer's threads wait for each other.
`;

/**
 * Replaces the sections of the benches that were run, by title, and keeps the rest.
 *
 * @param {string} path - Of the Markdown file; made if absent.
 * @param {readonly import('./report.mjs').BenchReport[]} reports
 * @param {import('./machine.mjs').Machine} machine
 */
export function writeSections(path, reports, machine) {
  const old = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const sections = new Map(
    old
      .split(/^(?=### )/m)
      .slice(1)
      .map((text) => [text.slice(4, text.indexOf('\n')), text.trimEnd()]),
  );
  for (const report of reports)
    sections.set(report.title, `${toMarkdown(report).trimEnd()}\n\n${machine.summary}.`);
  const text = [head.trimEnd(), ...[...sections.values()]].join('\n\n');
  writeFileSync(`${path}.partial`, `${text}\n`);
  renameSync(`${path}.partial`, path);
}
