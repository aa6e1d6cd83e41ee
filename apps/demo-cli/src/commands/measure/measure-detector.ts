import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';
import { loadDetector } from '@cxrkit/detector';
import { regionIou } from '@cxrkit/eval';
import { boxes01Of } from '../../datasets/boxes01-of.js';
import { deriveBoxes } from '../../datasets/derive-boxes.js';
import { readScene } from '../../datasets/read-scene.js';
import { loaderOptions, type Measure, visit } from './measurement.js';
import { mean, measured } from './score.js';

/** Mean IoU of the regions on pictures whose boxes are known; a region that was missed counts 0. */
export const measureDetector: Measure = async ({ items, model, options, context, task }) => {
  const derived = await deriveBoxes(items, { ...task, withTest: true });
  const labelled = derived.filter(({ boxes01 }) => boxes01 !== undefined);
  await using detector = await loadDetector({ model, ...loaderOptions(options) });
  const cases = await visit(labelled, task, async (item) => {
    const image = await readScene(item);
    const { regions } = await detector.detect(image);
    return regionIou(boxes01Of(regions, image), item.boxes01 ?? {});
  });
  const dataset = [...new Set(labelled.map(({ source }) => source))].join(' + ');
  const of = (name: AnatomicalRegion) => (sample: typeof cases) =>
    mean(sample.flatMap((ious) => ious.get(name) ?? []));
  const known = ANATOMICAL_REGIONS.filter((name) => cases.some((ious) => ious.has(name)));
  return [
    ...measured(
      'mean IoU over regions (boxes derived from lung masks)',
      dataset,
      cases,
      (sample) => mean(known.flatMap((name) => of(name)([...sample]) ?? [])),
      context,
    ),
    ...known.flatMap((name) =>
      measured(`mean IoU, ${name}`, dataset, cases, (sample) => of(name)([...sample]), context),
    ),
  ];
};
