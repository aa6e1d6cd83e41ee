import {
  ANATOMICAL_REGIONS,
  type AnatomicalRegion,
  type Box,
  type DetectedRegion,
  InvalidInputError,
  type ResultWarning,
} from '@cxrkit/core';
import type { OnnxSession } from '@cxrkit/core/onnx';
import type { ReportGeneratorConfig } from '../network/config.js';
import type { BoxReport, RegionReport } from './generated-report.js';
import { stackFeatures } from './region-stepper.js';

/** Places that were found or drawn, with their features. */
export interface FoundPlaces {
  readonly regions: readonly DetectedRegion[];
  readonly boxes: readonly {
    readonly name: string;
    readonly box: Box;
    readonly features: Float32Array;
  }[];
}

/** A place to write about. */
export interface Subject {
  readonly name: string;
  /** Names the place's random stream: index of the region, or 29 and more for boxes. */
  readonly index: number;
  readonly features: Float32Array;
}

/** What to write about, and what is known of every place before a word is written. */
export interface Selection {
  readonly regions: readonly RegionReport[];
  readonly boxes: readonly BoxReport[];
  readonly subjects: readonly Subject[];
  readonly warnings: readonly ResultWarning[];
}

interface Logits {
  readonly selection: number;
  readonly abnormality: number;
}

/**
 * Runs the two classifiers and chooses what to write about.
 *
 * @param classifiers - Session of the graph `classifiers`.
 * @param chosen - Names given by the caller; `undefined` leaves it to the classifier.
 * @throws {@link InvalidInputError} for a region given twice, or features of another length than the model's.
 */
export async function selectRegions(
  classifiers: OnnxSession,
  config: ReportGeneratorConfig,
  { regions: found, boxes }: FoundPlaces,
  {
    chosen,
    signal,
  }: { chosen: readonly AnatomicalRegion[] | undefined; signal: AbortSignal | undefined },
): Promise<Selection> {
  const byName = indexByName(found);
  const detected = [...byName.values()].filter((region) => region.detected);
  const features = [...detected, ...boxes].map((place) => place.features);
  const logits = await classify(classifiers, config, features, signal);
  const logitsOf = new Map(detected.map(({ name }, i) => [name, logits[i]]));
  const regions = ANATOMICAL_REGIONS.map((name) =>
    describeRegion(name, byName.get(name), logitsOf.get(name), { chosen, config }),
  );
  const drawn = boxes.map(({ name, box }, i) => ({
    name,
    box,
    selectionLogit: logits[detected.length + i].selection,
    abnormalityLogit: logits[detected.length + i].abnormality,
    sentence: null,
    beamScore: null,
  }));
  const subjects = [
    ...regions.flatMap(({ name, selected }, index) => {
      const region = byName.get(name);
      return selected && region ? [{ name, index, features: region.features }] : [];
    }),
    ...boxes.map(({ name, features: own }, i) => ({
      name,
      index: ANATOMICAL_REGIONS.length + i,
      features: own,
    })),
  ];
  const warnings = selectionWarnings(detected, subjects, chosen);
  return { regions, boxes: drawn, subjects, warnings };
}

function indexByName(found: readonly DetectedRegion[]): Map<AnatomicalRegion, DetectedRegion> {
  const byName = new Map(found.map((region) => [region.name, region]));
  const stranger = found.find(({ name }) => !ANATOMICAL_REGIONS.includes(name));
  if (stranger || byName.size < found.length)
    throw new InvalidInputError(
      'regions',
      'each anatomical region at most once',
      found.map(({ name }) => name),
    );
  return byName;
}

async function classify(
  classifiers: OnnxSession,
  config: ReportGeneratorConfig,
  features: readonly Float32Array[],
  signal: AbortSignal | undefined,
): Promise<Logits[]> {
  if (features.length === 0) return [];
  const outputs = await classifiers.run({ features: stackFeatures(features, config) }, { signal });
  return features.map((_, i) => ({
    selection: Number(outputs.selection_logits.data[i]),
    abnormality: Number(outputs.abnormality_logits.data[i]),
  }));
}

function describeRegion(
  name: AnatomicalRegion,
  region: DetectedRegion | undefined,
  logits: Logits | undefined,
  {
    chosen,
    config,
  }: { chosen: readonly AnatomicalRegion[] | undefined; config: ReportGeneratorConfig },
): RegionReport {
  const wanted = chosen
    ? chosen.includes(name)
    : logits !== undefined && logits.selection > config.selectionThreshold;
  return {
    name,
    detected: logits !== undefined,
    score: region?.score ?? 0,
    box: region?.box ?? null,
    selected: wanted && logits !== undefined,
    selectionLogit: logits?.selection ?? null,
    abnormalityLogit: logits?.abnormality ?? null,
    sentence: null,
    beamScore: null,
  };
}

function selectionWarnings(
  detected: readonly DetectedRegion[],
  subjects: readonly Subject[],
  chosen: readonly AnatomicalRegion[] = [],
): ResultWarning[] {
  const warnings: ResultWarning[] = [];
  const missing = chosen.filter((name) => !detected.some((region) => region.name === name));
  if (missing.length > 0)
    warnings.push({
      code: 'region-not-detected',
      message: `Nothing is written about ${missing.join(', ')}: not detected in this picture.`,
    });
  if (detected.length === 0)
    warnings.push({ code: 'nothing-detected', message: 'No anatomical region was detected.' });
  if (subjects.length === 0)
    warnings.push({
      code: 'nothing-selected',
      message: 'No region was selected, so the report is empty.',
    });
  return warnings;
}
