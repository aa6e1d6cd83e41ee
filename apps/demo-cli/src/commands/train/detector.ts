import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import { detectorConfigSchema } from '@cxrkit/detector';
import { exportDetector } from '@cxrkit/detector/convert';
import { trainDetector } from '@cxrkit/detector/train';
import { deriveBoxes } from '../../datasets/derive-boxes.js';
import { type AddCommand, examples } from '../command.js';
import { SMALL_DETECTOR } from './default-configs.js';
import { addTrainOptions, readConfig, runOptions, type TrainCommandOptions } from './train-options.js';
import { trainAction } from './training.js';

/** Adds `cxr train detector`. */
export const addTrainDetector: AddCommand = (train, context, finish) => {
  const command = train
    .command('detector')
    .description('Train the region detector on pictures with boxes or lung masks.');
  addTrainOptions(command, 6000)
    .addHelpText(
      'after',
      examples('cxr train detector --data data/kermany --out my-models/detector --updates 3000'),
    )
    .action(
      trainAction<TrainCommandOptions>(context, finish, async ({ items, options, task, meta }) => {
        const config = await readConfig(options.config, detectorConfigSchema, SMALL_DETECTOR);
        const labelled = await deriveBoxes(items, task);
        const trained = ANATOMICAL_REGIONS.filter((name) =>
          labelled.some(({ split, boxes01 }) => split === 'train' && boxes01?.[name]),
        );
        const { averageWeights } = await trainDetector({
          ...{ ...runOptions(options, task), config, items: labelled },
          ...(options.batchSize !== undefined && { batchSize: options.batchSize }),
        });
        const summary = 'Finds the anatomical regions of frontal chest X-rays.';
        return await exportDetector({
          ...{ out: options.out, weights: averageWeights, config, ...task },
          meta: { ...meta(summary), labels: trained },
        });
      }),
    );
};
