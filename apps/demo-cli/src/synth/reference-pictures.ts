import { InvalidInputError } from '@cxrkit/core';
import {
  type FindingStates,
  findingStates,
  type Reference,
  type ReferenceTable,
  referenceTable,
} from '@cxrkit/cxr-irgen';
import { readScene } from '../datasets/read-scene.js';
import { type NamedPicture, readPictures } from './data-pictures.js';

/** How references are chosen among pictures. */
export interface ReferenceRule {
  readonly pick: 'random' | 'first';
  readonly match: 'exact' | 'positives';
  /** Pictures of others are left out. @defaultValue all */
  readonly sources?: readonly string[] | undefined;
}

/** Real pictures that stand as references, by their labels. */
export interface ReferencePictures {
  /**
   * @param picture - Whose labels these are, where they are those of a picture: it is never its own random reference,
   *   and its own data set goes before others; the first of all is the same for all.
   * @returns A picture of the table with these labels for each image; `undefined` where there is none.
   */
  referenceFor(findings: FindingStates, picture?: NamedPicture): Reference | undefined;
}

/**
 * Reads the pictures of the `train` split of data sets as references.
 *
 * @throws {@link InvalidInputError} if there is none.
 */
export async function readReferences(
  paths: readonly string[],
  { pick, match, sources }: ReferenceRule,
): Promise<ReferencePictures> {
  const pictures = (await readPictures(paths, sources)).filter(
    ({ item }) => item.split === 'train',
  );
  if (pictures.length === 0)
    throw new InvalidInputError('--references', 'pictures of the train split', paths.join(', '));
  const all = tableOf(pictures, match);
  const bySource = new Map(
    [...new Set(pictures.map(({ item }) => item.source))].map((source) => [
      source,
      tableOf(
        pictures.filter(({ item }) => item.source === source),
        match,
      ),
    ]),
  );
  const has = (table: ReferenceTable, findings: FindingStates, exclude?: string): boolean => {
    if (pick === 'first') return table.first(findings) !== undefined;
    return table.random(findings, 0, exclude) !== undefined;
  };
  return {
    referenceFor: (findings, picture) => {
      const own = pick === 'random' && picture ? bySource.get(picture.item.source) : undefined;
      const exclude = picture?.id;
      const table = own && has(own, findings, exclude) ? own : all;
      return has(table, findings, exclude) ? { table, pick, exclude } : undefined;
    },
  };
}

function tableOf(pictures: readonly NamedPicture[], match: ReferenceRule['match']): ReferenceTable {
  return referenceTable(
    pictures.map(({ id, item }) => ({
      ...{ id, findings: findingStates(item.findings), read: () => readScene(item) },
    })),
    { match },
  );
}
