import { InvalidInputError } from '@cxrkit/core';
import type { Metric } from '../score/metric.js';

/** What a report says of an observation or a part of the body. */
export interface RadGraphEntity {
  /** Its words as in the report. */
  readonly tokens: string;
  /** Such as `Observation::definitely present`, `ANAT-DP`. */
  readonly label: string;
  /** Such as `['located_at', '2']`: the kind and the id of the target entity. */
  readonly relations: readonly (readonly [type: string, target: string])[];
}

/** Output of RadGraph for one report, as its programs write it (Jain et al. 2021). */
export interface RadGraphAnnotation {
  readonly entities: Readonly<Record<string, RadGraphEntity>>;
}

/** What is compared: words; words and whether they are related; words and every relation. */
export type RadGraphLevel = 'simple' | 'partial' | 'complete';

/** Annotations of a reference report and of the one to be judged. */
export interface RadGraphPair {
  readonly reference: RadGraphAnnotation;
  readonly candidate: RadGraphAnnotation;
}

/**
 * Computes the RadGraph reward of Delbrouck et al. 2022 (package `radgraph`), in [0, 1]; "RadGraph-F1" in papers is
 * `partial`.
 *
 * @returns F1 of the two sets; 0 if either report has no entity.
 * @throws {@link InvalidInputError} if a relation names an entity that is not there (`complete`).
 */
export function radGraphReward(
  { reference, candidate }: RadGraphPair,
  level: RadGraphLevel,
): number {
  const items = LEVELS[level];
  return setF1(new Set(items(reference)), new Set(items(candidate)));
}

/** Makes the mean reward over reports a metric. */
export function radGraphF1(level: RadGraphLevel = 'partial'): Metric<RadGraphPair> {
  return meanMetric('radgraph', { reward: level }, (pair) => radGraphReward(pair, level));
}

/**
 * Computes the RadGraph part of RadCliQ (CXR-Report-Metric, Yu et al. 2023): the mean of the F1 of entities (words and
 * label, case kept) and of relations (both entities and the kind). A report without relations reaches 1/2 at most.
 */
export function radGraphCombined({ reference, candidate }: RadGraphPair): number {
  const part = (items: (annotation: RadGraphAnnotation) => string[]): number =>
    setF1(new Set(items(reference)), new Set(items(candidate)));
  return (part(exactEntities) + part(exactRelations)) / 2;
}

const LEVELS: Readonly<Record<RadGraphLevel, (annotation: RadGraphAnnotation) => string[]>> = {
  simple: (annotation) => entities(annotation).map(({ tokens, label }) => key(tokens, label)),
  partial: (annotation) =>
    entities(annotation).map(({ tokens, label, relations }) =>
      key(tokens, label, ...(relations.length > 0 ? ['related'] : [])),
    ),
  complete: (annotation) =>
    entities(annotation).flatMap(({ tokens, label, relations }) =>
      relations.length === 0
        ? [key(tokens, label)]
        : relations.map(([type, target]) =>
            key(tokens, label, type, entityOf(annotation, target).tokens.toLowerCase()),
          ),
    ),
};

function entities({ entities }: RadGraphAnnotation): RadGraphEntity[] {
  return Object.values(entities).map((entity) => ({
    ...entity,
    tokens: entity.tokens.toLowerCase(),
  }));
}

function exactEntities({ entities }: RadGraphAnnotation): string[] {
  return Object.values(entities).map(({ tokens, label }) => key(tokens, label));
}

function exactRelations(annotation: RadGraphAnnotation): string[] {
  return Object.values(annotation.entities).flatMap(({ tokens, label, relations }) =>
    relations.map(([type, target]) => {
      const other = entityOf(annotation, target);
      return key(tokens, label, other.tokens, other.label, type);
    }),
  );
}

function entityOf({ entities }: RadGraphAnnotation, id: string): RadGraphEntity {
  const entity: RadGraphEntity | undefined = entities[id];
  if (entity !== undefined) return entity;
  throw new InvalidInputError('relations', 'ids of entities of the same report', id);
}

function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function setF1(reference: ReadonlySet<string>, candidate: ReadonlySet<string>): number {
  if (reference.size === 0 || candidate.size === 0) return 0;
  let common = 0;
  for (const item of candidate) if (reference.has(item)) common++;
  return (2 * common) / (reference.size + candidate.size);
}

function meanMetric<Item>(
  name: string,
  convention: Readonly<Record<string, string>>,
  value: (item: Item) => number,
): Metric<Item> {
  return {
    name,
    convention: { ...convention, agg: 'mean' },
    length: 2,
    stats: (item) => Float64Array.of(value(item), 1),
    finalise: ([sum, n]) => (n === 0 ? null : sum / n),
  };
}
