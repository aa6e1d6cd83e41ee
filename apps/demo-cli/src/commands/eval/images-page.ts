import { basename } from 'node:path';
import type { Score } from '@cxrkit/eval';
import type { EvaluationPage, PageSection, TableBlock } from '../../eval/page/evaluation-page.js';
import { copyPictures, type PossibleCopy } from './copy-pictures.js';
import { scoreTable } from './score-table.js';

/** Generated pictures that may be copies. */
export interface Copies {
  readonly table: TableBlock;
  /** Nearest first. */
  readonly list: readonly PossibleCopy[];
}

/** What the report of `cxr eval images` shows. */
export interface ImagesResults {
  /** Such as the counts of both sides. */
  readonly facts: readonly string[];
  /** How the scores are read. */
  readonly note: string;
  readonly scores: readonly Score[];
  /** Absent where none were looked for. */
  readonly copies?: Copies | undefined;
}

/** Pairs whose pictures lie in the page. */
const SHOWN = 8;

/** Makes the report of `cxr eval images`. */
export async function imagesPage(
  sides: readonly [string, string],
  { facts, note, scores, copies }: ImagesResults,
): Promise<EvaluationPage> {
  return {
    title: `Images: ${basename(sides[1])} against ${basename(sides[0])}`,
    facts,
    sections: [
      { title: 'Scores', note, blocks: [scoreTable(scores)] },
      ...(copies === undefined ? [] : [await copySection(copies)]),
    ],
  };
}

async function copySection({ table, list }: Copies): Promise<PageSection> {
  const title = 'Nearest training pictures';
  if (list.length === 0)
    return { title, note: 'No generated picture is near enough to be a copy.', blocks: [] };
  const pictures = await copyPictures(list.slice(0, SHOWN));
  return {
    title,
    note: 'Look at these: they may be copies. Each generated picture stands left of the training picture it is nearest to.',
    blocks: [...(pictures.plots.length > 0 ? [pictures] : []), table],
  };
}
