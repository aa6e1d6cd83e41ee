import { existsSync, readdirSync } from 'node:fs';

/** Tells whether Linux shows a node of an NVIDIA card (`/dev/nvidia0`; `/dev/dxg` under WSL 2). */
export function hasNvidiaNode(): boolean {
  return listFolder('/dev').some((name) => /^nvidia\d+$/.test(name)) || existsSync('/dev/dxg');
}

/** Tells whether Linux shows a node of any GPU that renders. */
export function hasGpuNode(): boolean {
  return hasNvidiaNode() || listFolder('/dev/dri').some((name) => name.startsWith('renderD'));
}

/** @returns File names in a folder; empty where it is missing or closed to us. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
