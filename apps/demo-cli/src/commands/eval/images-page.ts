import { basename } from 'node:path';
import type { Score } from '@cxrkit/eval';
import type { EvaluationPage, TableBlock } from '../../eval/page/evaluation-page.js';
import { scoreTable } from './score-table.js';

/** Makes the report of `cxr eval images`. */
export function imagesPage(
  sides: readonly [string, string],
  scores: readonly Score[],
  copies: readonly TableBlock[],
): EvaluationPage {
  return {
    title: `Images: ${basename(sides[1])} against ${basename(sides[0])}`,
    facts: [],
    sections: [
      {
        title: 'Scores',
        note: 'FID falls with the number of pictures and depends on the features: compare equal signatures only.',
        blocks: [scoreTable(scores)],
      },
      ...(copies.length === 0
        ? []
        : [
            {
              title: 'Nearest training pictures',
              note: 'Look at these: they may be copies.',
              blocks: copies,
            },
          ]),
    ],
  };
}
