import { ANATOMICAL_REGIONS } from '@cxrkit/core';
import { z } from 'zod';
import data from './data/grammar.json' with { type: 'json' };

const strings = z.array(z.string()).readonly();
const nonEmptyStrings = z.array(z.string()).min(1).readonly();

const groupSchema = z.object({
  name: z.string(),
  /** In the order in which a sentence lists them. */
  findings: nonEmptyStrings,
  /** Regions that say it, one of each column: the first that is detected. Two columns are the right and the left side. */
  homes: z.array(z.array(z.enum(ANATOMICAL_REGIONS)).readonly()).readonly(),
  /** How much of a place may be said when boxes support it: side and zone, or side only. */
  place: z.enum(['zone', 'side']).optional(),
  normal: z
    .object({
      /** Normal when all of one list are known absent. */
      whenAbsent: z.array(nonEmptyStrings).readonly(),
      /** Also normal when No Finding is present. */
      whenNoFinding: z.boolean(),
      sentences: nonEmptyStrings,
      /** `{x}` is a list of findings that are known absent. */
      withDenial: strings,
      /** The denial may stand without the normal statement. */
      denialAlone: z.boolean(),
    })
    .optional(),
  /** Lists of findings that are denied together. */
  denials: z.array(nonEmptyStrings).readonly(),
});

const findingSchema = z.object({
  /** Noun phrases with their article. */
  singular: nonEmptyStrings,
  plural: strings,
  /** Whole sentences, for the finding alone and without a place. */
  sentences: strings.optional(),
});

const grammarSchema = z.object({
  groups: z.array(groupSchema).readonly(),
  findings: z.record(z.string(), findingSchema),
  templates: z.object({
    present: nonEmptyStrings,
    also: nonEmptyStrings,
    placed: nonEmptyStrings,
    absent: nonEmptyStrings,
  }),
});

/** Findings that are said together, and where. */
export type FindingGroup = z.infer<typeof groupSchema>;

type Grammar = z.infer<typeof grammarSchema>;

/** The report grammar of `data/grammar.json`; described in `docs/report-grammar.md`. */
export const GRAMMAR: Grammar = grammarSchema.parse(data);

/** Names of the findings that the grammar can say, without No Finding. */
export const GRAMMAR_FINDINGS: readonly string[] = Object.keys(GRAMMAR.findings);
