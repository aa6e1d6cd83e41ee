import type { ResultWarning } from '@cxrkit/core';
import { type AssemblyOptions, assembleReport } from '../assembly/assemble-report.js';
import type { GeneratedReport, SentenceEndEvent, WrittenText } from './generated-report.js';
import type { Selection } from './select-regions.js';

/** Puts the texts, in whatever order they ended, with their places and makes one report of them. */
export async function finishReport(
  selection: Selection,
  ends: readonly SentenceEndEvent[],
  warnings: readonly ResultWarning[],
  options: AssemblyOptions,
): Promise<GeneratedReport> {
  const endOf = new Map(ends.map((end) => [end.region, end]));
  const written = (name: string): WrittenText => {
    const end = endOf.get(name);
    return { sentence: end?.sentence ?? null, beamScore: end?.beamScore ?? null };
  };
  const regions = selection.regions.map((region) => ({ ...region, ...written(region.name) }));
  const boxes = selection.boxes.map((box) => ({ ...box, ...written(box.name) }));
  const spoken = [...regions, ...boxes].flatMap(({ name, sentence }) =>
    sentence === null ? [] : [{ region: name as string, sentence }],
  );
  const { text, sentences, removed, similarity } = await assembleReport<string>(spoken, options);
  return {
    report: text,
    regions,
    boxes,
    sentences,
    removed,
    similarity,
    warnings: [...warnings, ...selection.warnings, ...textWarnings(ends)],
  };
}

function textWarnings(ends: readonly SentenceEndEvent[]): ResultWarning[] {
  const names = (list: readonly SentenceEndEvent[]) => list.map(({ region }) => region).join(', ');
  const cut = ends.filter(({ finished }) => !finished);
  const empty = ends.filter(({ sentence }) => sentence === '');
  const warnings: ResultWarning[] = [];
  if (cut.length > 0)
    warnings.push({ code: 'text-cut', message: `Cut at the longest length: ${names(cut)}.` });
  if (empty.length > 0)
    warnings.push({
      code: 'empty-text',
      message: `The decoder wrote nothing on: ${names(empty)}.`,
    });
  return warnings;
}
