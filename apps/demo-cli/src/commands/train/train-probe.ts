import { loadClipClassifier } from '@cxrkit/clip-classifier';
import { type ProbeExample, trainLinearProbe } from '@cxrkit/clip-classifier/train';
import { readScene } from '../../datasets/read-scene.js';
import type { TrainingImage } from '../../datasets/training-image.js';
import { writeFiles } from '../../output/write-files.js';
import { openStage } from '../../pipeline/open-stage.js';
import { findingsOf } from './findings-of.js';
import { runOptions } from './train-options.js';
import type { Training } from './training.js';

/** `cxr train probe`. */
export const probeTraining: Training = async ({ items, options, task }) => {
  const { signal, onProgress } = task;
  const { device, runFolder, seed, updates, threads, learningRate } = runOptions(options, task);
  const { models, offline } = options;
  const { path, info } = await openStage('clip-classifier', { ...task, models, offline });
  await using classifier = await loadClipClassifier({
    ...{ model: path, device },
    ...(threads !== undefined && { threads }),
  });
  const train = items.filter(({ split }) => split === 'train');
  const examples: ProbeExample[] = [];
  for (const item of train) {
    signal?.throwIfAborted();
    const { features } = await classifier.encodeImage(await readScene(item));
    examples.push({ split: item.split, features, findings: item.findings });
    const [completed, total] = [examples.length, train.length];
    onProgress?.({ phase: 'prepare', completed, total, unit: 'images', subject: 'features' });
  }
  const probe = await trainLinearProbe({
    ...{ examples, runFolder, seed, updates, model: `${info.name}@${info.version}` },
    labels: findingsOf(items).filter((finding) => isLearnable(finding, train)),
    ...(learningRate !== undefined && { learningRate }),
    ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  await writeFiles({ [options.out]: `${JSON.stringify(probe)}\n` });
  return { path: options.out, manifest: { name: probe.model, stage: 'probe' } };
};

/** A finding that every picture has, or none, teaches nothing. */
function isLearnable(finding: string, items: readonly TrainingImage[]): boolean {
  const values = new Set(items.map(({ findings }) => findings[finding]));
  return values.has(0) && values.has(1);
}
