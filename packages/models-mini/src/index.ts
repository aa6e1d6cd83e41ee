import { fileURLToPath } from 'node:url';

/** Names of the models in this package; each is a folder with `model.json`, graphs and a card. */
export const MINI_MODELS = ['detector', 'report-gen', 'clip-classifier'] as const;

export type MiniModel = (typeof MINI_MODELS)[number];

/** @returns Absolute path of a model's folder, as the stages' loaders take it. */
export function miniModelPath(name: MiniModel): string {
  return fileURLToPath(new URL(`../models/${name}`, import.meta.url));
}
