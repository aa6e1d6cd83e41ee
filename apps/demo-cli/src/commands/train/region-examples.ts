import {
  type AnatomicalRegion,
  createRandom,
  type DetectedRegion,
  type TaskOptions,
} from '@cxrkit/core';
import type { GrayImage } from '@cxrkit/core/image';
import type { Detector } from '@cxrkit/detector';
import {
  type ComposedSentence,
  composeRegionSentences,
  type RegionExample,
  regionsOfBox,
} from '@cxrkit/report-gen/train';
import { boxes01Of } from '../../datasets/boxes01-of.js';
import { readScene } from '../../datasets/read-scene.js';
import type { TrainingImage } from '../../datasets/training-image.js';

/** Ways in which a picture's text is worded; one is drawn each epoch. */
const WORDINGS = 6;

/** What the examples of pictures are made of, besides the pictures. */
interface ExampleOptions extends TaskOptions {
  /** Chooses the words. */
  readonly seed: number;
  /** By data set: how often a training picture with a finding is listed. @defaultValue once */
  readonly findingRepeats?: Readonly<Record<string, number>>;
}

/** Detects the regions of every picture and words its labels. */
export async function regionExamples(
  items: readonly TrainingImage[],
  detector: Detector,
  { seed, findingRepeats = {}, signal, onProgress }: ExampleOptions,
): Promise<RegionExample[]> {
  const used = items.filter(({ split }) => split !== 'test');
  const examples: RegionExample[] = [];
  for (const [index, item] of used.entries()) {
    signal?.throwIfAborted();
    const image = await readScene(item);
    const { regions } = await detector.detect(image, { ...(signal && { signal }) });
    const example = { split: item.split, regions: teach(item, image, regions, [seed, index]) };
    const times = item.split === 'train' && hasFinding(item) ? findingRepeats[item.source] : 1;
    examples.push(...Array<RegionExample>(times ?? 1).fill(example));
    const [completed, total] = [index + 1, used.length];
    onProgress?.({ phase: 'prepare', completed, total, unit: 'images', subject: 'regions' });
  }
  return examples;
}

function hasFinding({ findings }: TrainingImage): boolean {
  return Object.entries(findings).some(([name, value]) => value === 1 && name !== 'No Finding');
}

function teach(
  item: TrainingImage,
  image: GrayImage,
  regions: readonly DetectedRegion[],
  [seed, index]: readonly [number, number],
): RegionExample['regions'] {
  const detectedRegions = regions.filter(({ detected }) => detected).map(({ name }) => name);
  const study = {
    findings: item.findings,
    findingRegions: findingRegions(item, image, regions),
    detectedRegions,
  };
  const wordings = Array.from({ length: WORDINGS }, (_, i) =>
    composeRegionSentences(study, createRandom(seed, index, i)),
  );
  const isLabelled = Object.keys(item.findings).length > 0;
  return regions.map(({ name, detected, features }, region) => {
    const said = wordings.flatMap((wording): ComposedSentence[] => {
      const sentence = wording.get(name);
      return sentence === undefined ? [] : [sentence];
    });
    return {
      ...{ index: region, features, detected },
      sentences: [...new Set(said.map(({ sentence }) => sentence))],
      abnormal: isLabelled ? said.some(({ abnormal }) => abnormal) : undefined,
    };
  });
}

function findingRegions(
  { diseaseBoxes = [], findings }: TrainingImage,
  image: GrayImage,
  regions: readonly DetectedRegion[],
): Record<string, AnatomicalRegion[]> {
  const boxes01 = boxes01Of(regions, image);
  const places: Record<string, AnatomicalRegion[]> = {};
  for (const { finding, box01 } of diseaseBoxes)
    if (findings[finding] === 1)
      places[finding] = [...new Set([...(places[finding] ?? []), ...regionsOfBox(box01, boxes01)])];
  return places;
}
