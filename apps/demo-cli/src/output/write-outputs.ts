import { join } from 'node:path';
import type { GrayImage } from '@cxrkit/core/image';
import type { Analysis } from '../result/analysis.js';
import { drawOverlay } from './draw-overlay.js';
import { reportText } from './report-text.js';
import { DISK, type FileSystem, writeFiles } from './write-files.js';

/** Files that were written for one picture. */
export interface OutputFiles {
  readonly json: string;
  readonly report: string;
  readonly overlay: string;
}

/**
 * Writes the result of one picture: `<name>.json`, `<name>.report.txt`, `<name>.overlay.png`, all or none.
 *
 * @throws {@link OutputError} naming the file that could not be written.
 */
export async function writeOutputs(
  folder: string,
  name: string,
  { image, result }: { readonly image: GrayImage; readonly result: Analysis },
  disk: FileSystem = DISK,
): Promise<OutputFiles> {
  const at = (suffix: string): string => join(folder, `${name}${suffix}`);
  const files = { json: at('.json'), report: at('.report.txt'), overlay: at('.overlay.png') };
  const contents = {
    [files.overlay]: await drawOverlay(image, result),
    [files.report]: reportText(result),
    [files.json]: `${JSON.stringify(result, null, 2)}\n`,
  };
  await writeFiles(contents, disk);
  return files;
}
