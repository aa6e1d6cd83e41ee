import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';
import { InvalidArgumentError } from 'commander';
import type { ModelSources } from '../pipeline/model-sources.js';
import { MODEL_STAGES, type ModelStage } from '../result/analysis.js';

/** Reads a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`Expected a whole number of ${least} or more.`);
    return value;
  };
}

/** Reads a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** Reads words between commas, each once. */
export function wordList(text: string): string[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.includes(''))
    throw new InvalidArgumentError('Expected words between commas, such as "Pneumonia,Edema".');
  return [...new Set(words)];
}

/** Reads names of anatomical regions between commas. */
export function regionList(text: string): AnatomicalRegion[] {
  return wordList(text).map((word) => {
    const region = ANATOMICAL_REGIONS.find((name) => name === word.toLowerCase());
    if (region === undefined)
      throw new InvalidArgumentError(
        `"${word}" is no region. They are: ${ANATOMICAL_REGIONS.join(', ')}.`,
      );
    return region;
  });
}

/** Reads `--models`, which may come several times: a root of all stages, or `stage=source`. */
export function modelSource(text: string, previous: ModelSources | undefined): ModelSources {
  const [, stage, source] = /^([a-z-]+)=(.+)$/.exec(text) ?? [];
  if (stage === undefined) {
    if (text === '') throw new InvalidArgumentError('Expected a folder, npm: or hf: source.');
    if (previous !== undefined)
      throw new InvalidArgumentError('Give one root, or stage=source for each stage.');
    return text;
  }
  if (!isStage(stage))
    throw new InvalidArgumentError(`"${stage}" is no stage. They are: ${MODEL_STAGES.join(', ')}.`);
  if (typeof previous === 'string')
    throw new InvalidArgumentError('Give one root, or stage=source for each stage.');
  return { ...previous, [stage]: source };
}

function isStage(text: string): text is ModelStage {
  return MODEL_STAGES.some((stage) => stage === text);
}
