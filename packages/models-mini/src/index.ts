import { fileURLToPath } from 'node:url';

/** Names of the models in this package; each is a folder with `model.json`, graphs and a card. */
export const MINI_MODELS = ['detector', 'report-gen', 'clip-classifier'] as const;

export type MiniModel = (typeof MINI_MODELS)[number];

/** Names of the sets in this package: folders whose parts are models; `loadCxrIrgen` takes the one there is. */
export const MINI_SETS = ['cxr-irgen'] as const;

export type MiniSet = (typeof MINI_SETS)[number];

/** @returns Absolute path of a model's or set's folder, as the stages' loaders take it. */
export function miniModelPath(name: MiniModel | MiniSet): string {
  return fileURLToPath(new URL(`../models/${name}`, import.meta.url));
}
