import { join } from 'node:path';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import { textLines } from '../eval/rows/decode-file.js';

/** Reads the lines of a folder that `synthesizeDataset` wrote, in the order of their images. */
export async function readManifest(folder: string): Promise<ManifestEntry[]> {
  const entries: ManifestEntry[] = [];
  // Its writer checked it a moment ago.
  for await (const line of textLines(join(folder, 'manifest.jsonl')))
    entries.push(JSON.parse(line) as ManifestEntry);
  return entries.sort((a, b) => (a.image < b.image ? -1 : 1));
}
