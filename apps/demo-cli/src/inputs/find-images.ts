import { stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { CxrError, ImageDecodeError } from '@cxrkit/core';
import { glob, isDynamicPattern } from 'tinyglobby';

/** Extensions that are looked for in folders; a file that is named is read whatever its name. */
const IMAGE_EXTENSIONS = ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff'] as const;

/** What the arguments of a command stand for. */
export interface FoundImages {
  /** Each picture once, in the order of the arguments; within a folder or pattern by name. */
  readonly images: readonly string[];
  /** Arguments that stand for nothing. */
  readonly failures: readonly { readonly path: string; readonly error: CxrError }[];
}

/**
 * Finds the pictures that files, folders (with those below them) and glob patterns stand for.
 *
 * @param options - `skip`: a folder that is left out, such as that of the results; overlays of ours are, too.
 */
export async function findImages(
  inputs: readonly string[],
  { skip }: { readonly skip?: string | undefined } = {},
): Promise<FoundImages> {
  const images = new Map<string, string>();
  const failures: { path: string; error: CxrError }[] = [];
  for (const input of inputs) {
    const found = await expand(input, skip);
    if (found instanceof CxrError) failures.push({ path: input, error: found });
    else for (const path of found) if (!images.has(resolve(path))) images.set(resolve(path), path);
  }
  return { images: [...images.values()], failures };
}

async function expand(input: string, skip: string | undefined): Promise<string[] | CxrError> {
  const status = await stat(input).catch(() => undefined);
  if (status?.isDirectory()) {
    const found = await search(`**/*.{${IMAGE_EXTENSIONS.join(',')}}`, input, skip);
    return found.length > 0
      ? found
      : nothing(input, 'the folder and those below it hold no picture');
  }
  // What is no picture, or is not there, is told by whoever reads it.
  if (status !== undefined || !isDynamicPattern(input)) return [input];
  const found = await search(input.split(sep).join('/'), '.', skip);
  return found.length > 0 ? found : nothing(input, 'no file fits this pattern');
}

async function search(
  pattern: string,
  folder: string,
  skip: string | undefined,
): Promise<string[]> {
  const absolute = isAbsolute(pattern);
  const found = await glob(pattern, {
    cwd: folder,
    absolute,
    ignore: ['**/node_modules/**', '**/*.overlay.png'],
    caseSensitiveMatch: false,
    expandDirectories: false,
  });
  const paths = found.map((path) => (absolute ? normalize(path) : join(folder, path))).sort();
  // Results beside the pictures themselves are told apart by their names.
  if (skip === undefined || !isInside(skip, folder)) return paths;
  return paths.filter((path) => !isInside(path, skip));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

function nothing(path: string, reason: string): ImageDecodeError {
  const extensions = IMAGE_EXTENSIONS.map((extension) => `.${extension}`).join(', ');
  return new ImageDecodeError(
    `Nothing to read at ${path}: ${reason}. Pictures have one of the extensions ${extensions}.`,
    { path },
  );
}
