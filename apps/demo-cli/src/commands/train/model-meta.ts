import { basename, resolve } from 'node:path';
import type { DataLicence, ModelManifest } from '@cxrkit/core/model';
import type { TrainingImage } from '../../datasets/training-image.js';
import type { TrainCommandOptions } from './train-options.js';

/** What a trained model says of itself. */
export type TrainedMeta = Pick<
  ModelManifest,
  'name' | 'version' | 'licence' | 'provenance' | 'scores' | 'card' | 'intendedUse'
>;

const NIH: DataLicence = {
  name: 'ChestX-ray14',
  licence: 'no restriction (NIH Clinical Center)',
  attribution:
    'ChestX-ray14, NIH Clinical Center, https://nihcc.app.box.com/v/ChestXray-NIHCC; Wang et al., CVPR 2017',
  url: 'https://nihcc.app.box.com/v/ChestXray-NIHCC',
};
const KERMANY: readonly DataLicence[] = [
  {
    name: 'Kermany et al. 2018',
    licence: 'CC BY 4.0',
    attribution: 'Kermany, Zhang, Goldbaum, Mendeley Data 2018, doi:10.17632/rscbjbr9sj',
    url: 'https://data.mendeley.com/datasets/rscbjbr9sj',
  },
  {
    name: 'V7 Labs covid-19-xray-dataset (lung masks)',
    licence: 'CC BY 4.0',
    attribution: 'V7 Labs, covid-19-xray-dataset',
    url: 'https://github.com/v7labs/covid-19-xray-dataset',
  },
];

/** Fills in what the command line and the data tell; scores are measured afterwards, never while training. */
export function trainedMeta(
  options: TrainCommandOptions,
  items: readonly TrainingImage[],
  { command, startedAt, summary }: { command: string; startedAt: number; summary: string },
): TrainedMeta {
  const sources = [...new Set(items.map(({ source }) => source))].sort();
  const licences = sources.flatMap((source) => {
    if (source.startsWith('nih')) return [NIH];
    return source.startsWith('kermany') ? KERMANY : [];
  });
  const { out, name = basename(resolve(out)), seed = 0 } = options;
  return {
    name,
    version: '0.1.0',
    licence: { weights: 'Apache-2.0', data: [...new Set(licences)] },
    provenance: {
      command,
      date: new Date().toISOString().slice(0, 10),
      seed,
      trainingData: sources,
      // Of the last start only, where a run was stopped and went on.
      wallTimeSeconds: Math.round((Date.now() - startedAt) / 1000),
    },
    scores: [],
    card: { summary, limits: [] },
    intendedUse: 'Research and teaching.',
  };
}

/** @returns The command line as a card may show it: folders by their names, since their places are the machine's. */
export function commandText(words: readonly string[]): string {
  return ['cxr', ...words]
    .map((word) =>
      word.replace(/^([a-z-]+=)?(\/.*)$/, (_, stage = '', path) => stage + basename(path)),
    )
    .join(' ');
}
