import type { CocoResult } from '@cxrkit/eval';
import type { TableBlock } from '../../eval/page/evaluation-page.js';

/** @returns The name of a category, else its id; `all` where they are pooled. */
export function categoryName(category: CocoResult['byCategory'][number]['category']): string {
  return category === null ? 'all' : (category.name ?? String(category.id));
}

/** Sets the categories below each other. */
export function categoryTable({ byCategory }: CocoResult): TableBlock {
  const names = Object.keys(byCategory[0]?.scores ?? {});
  return {
    kind: 'table',
    columns: ['category', ...names],
    rows: byCategory.map(({ category, scores }) => [
      categoryName(category),
      ...names.map((name) => scores[name].value),
    ]),
  };
}
