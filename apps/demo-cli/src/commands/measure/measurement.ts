import type { TaskOptions } from '@cxrkit/core';
import type { ModelScore } from '@cxrkit/core/model';
import type { TrainingImage } from '../../datasets/training-image.js';
import type { GlobalOptions } from '../../terminal/global-options.js';
import type { ScoreContext } from './score.js';

/** What a measurement works on. */
interface MeasureWork {
  /** Pictures of the asked split. */
  readonly items: readonly TrainingImage[];
  /** Source of the model. */
  readonly model: string;
  readonly options: GlobalOptions;
  readonly context: ScoreContext;
  readonly task: TaskOptions;
}

/** Measures one stage. */
export type Measure = (work: MeasureWork) => Promise<ModelScore[]>;

/** Data sets that are scored together; pictures of unlike resolution are never mixed. */
export function bySource(items: readonly TrainingImage[]): Map<string, TrainingImage[]> {
  const sets = new Map<string, TrainingImage[]>();
  for (const item of items) sets.set(item.source, [...(sets.get(item.source) ?? []), item]);
  return sets;
}

/** Device and threads as the loaders take them. */
export function loaderOptions({ device, threads }: GlobalOptions): {
  device: GlobalOptions['device'];
  threads?: number;
} {
  return { device, ...(threads !== undefined && { threads }) };
}

/** Visits items, mostly pictures, one after another with progress and abort. */
export async function visit<Item, T>(
  items: readonly Item[],
  { signal, onProgress }: TaskOptions,
  look: (item: Item) => Promise<T>,
): Promise<T[]> {
  const seen: T[] = [];
  for (const item of items) {
    signal?.throwIfAborted();
    seen.push(await look(item));
    onProgress?.({
      phase: 'evaluate',
      completed: seen.length,
      total: items.length,
      unit: 'images',
    });
  }
  return seen;
}
