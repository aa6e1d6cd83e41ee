import type { TrainingImage } from '../../datasets/training-image.js';

/** @returns Every finding that a picture of the train split tells of, by name. */
export function findingsOf(items: readonly TrainingImage[]): string[] {
  const train = items.filter(({ split }) => split === 'train');
  return [...new Set(train.flatMap(({ findings }) => Object.keys(findings)))].sort();
}
