import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { z } from 'zod';

/**
 * Names the outputs of pictures: `chest` for `a/chest.png`, `chest-a` where another folder has a `chest` too, and
 * `chest-1a2b3c4d` with a part of the path's hash where that is taken as well. A name that an earlier run gave to another
 * picture in `folder` counts as taken.
 *
 * @param paths - Pictures, each once.
 * @returns A name for each path, without extension.
 */
export async function outputNames(
  paths: readonly string[],
  folder: string,
): Promise<Map<string, string>> {
  const wanted = new Map<string, number>();
  for (const path of paths) {
    const name = plainName(path).toLowerCase();
    wanted.set(name, (wanted.get(name) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  // Names are told apart as file systems that ignore case do.
  const taken = new Set<string>();
  for (const path of paths) {
    const isShared = (wanted.get(plainName(path).toLowerCase()) ?? 0) > 1;
    const candidates = isShared ? candidatesOf(path).slice(1) : candidatesOf(path);
    const last = candidates[candidates.length - 1];
    let chosen = last;
    for (const name of candidates) {
      if (taken.has(name.toLowerCase()) || (await isOfAnother(path, join(folder, `${name}.json`))))
        continue;
      chosen = name;
      break;
    }
    taken.add(chosen.toLowerCase());
    names.set(path, chosen);
  }
  return names;
}

/**
 * Checks a name of {@link outputNames} just before it is used: another run into the folder may have taken it since.
 *
 * @returns The name, or the one with a part of the path's hash.
 */
export async function nameStillFree(path: string, name: string, folder: string): Promise<string> {
  const isTaken = await isOfAnother(path, join(folder, `${name}.json`));
  return isTaken ? candidatesOf(path)[2] : name;
}

function plainName(path: string): string {
  return basename(path, extname(path));
}

function candidatesOf(path: string): string[] {
  const absolute = resolve(path);
  const name = plainName(path);
  const hash = createHash('sha256').update(absolute).digest('hex').slice(0, 8);
  return [name, `${name}-${basename(dirname(absolute)) || 'root'}`, `${name}-${hash}`];
}

const written = z.object({ image: z.object({ path: z.string() }) });

async function isOfAnother(path: string, file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  try {
    const known = written.safeParse(JSON.parse(text));
    return !known.success || resolve(known.data.image.path) !== resolve(path);
  } catch {
    return false;
  }
}
