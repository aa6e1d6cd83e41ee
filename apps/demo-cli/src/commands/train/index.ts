import type { AddCommand } from '../command.js';
import { addTrainClip } from './clip-classifier.js';
import { addTrainDetector } from './detector.js';
import { addTrainReportGenerator } from './report-gen.js';

/** Adds `cxr train`. */
export const addTrain: AddCommand = (program, context, finish) => {
  const train = program
    .command('train')
    .description('Train the weights of a stage. Stopped at any moment, the same command goes on.');
  for (const add of [addTrainDetector, addTrainReportGenerator, addTrainClip])
    add(train, context, finish);
};
