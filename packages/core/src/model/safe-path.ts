import { CARD_FILE, MANIFEST_FILE } from './manifest.js';

const SEGMENT = /^[\w@+=-][\w.@+= -]*$/;

/**
 * Tells whether a path taken from a manifest or a source stays inside its folder on every system.
 *
 * @returns False for absolute paths, `..`, hidden or empty segments, backslashes, drive letters and control characters.
 */
export function isSafeRelativePath(path: string): boolean {
  return path.length <= 240 && path.split('/').every((segment) => SEGMENT.test(segment));
}

/** Tells whether a manifest may name this file: safe, and none of the two files the folder itself owns. */
export function isSafeModelFile(path: string): boolean {
  const name = path.toLowerCase();
  return isSafeRelativePath(path) && name !== MANIFEST_FILE && name !== CARD_FILE.toLowerCase();
}
