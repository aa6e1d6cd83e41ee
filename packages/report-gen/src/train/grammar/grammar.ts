import { ANATOMICAL_REGIONS, type AnatomicalRegion } from '@cxrkit/core';
import { z } from 'zod';
import data from './data/grammar.json' with { type: 'json' };

/** When and how a group is called normal. */
export interface NormalRule {
  /** Normal when all of one list are known absent. */
  readonly whenAbsent: readonly (readonly string[])[];
  /** Also normal when No Finding is present. */
  readonly whenNoFinding: boolean;
  readonly sentences: readonly string[];
  /** `{x}` is a list of findings that are known absent. */
  readonly withDenial: readonly string[];
  /** The denial may stand without the normal statement. */
  readonly denialAlone: boolean;
}

/** Findings that are said together, and where. */
export interface FindingGroup {
  readonly name: string;
  /** In the order in which a sentence lists them. */
  readonly findings: readonly string[];
  /** Regions that say it, one of each column: the first that is detected. Two columns are the right and the left side. */
  readonly homes: readonly (readonly AnatomicalRegion[])[];
  /** How much of a place may be said when boxes support it: side and zone, or side only. */
  readonly place?: 'zone' | 'side' | undefined;
  readonly normal?: NormalRule | undefined;
  /** Lists of findings that are denied together. */
  readonly denials: readonly (readonly string[])[];
}

/** The words for a finding. */
interface FindingWords {
  /** Noun phrases with their article. */
  readonly singular: readonly string[];
  readonly plural: readonly string[];
  /** Whole sentences, for the finding alone and without a place. */
  readonly sentences?: readonly string[] | undefined;
}

/** Groups, words and sentence templates; a repeated entry is drawn more often. */
export interface Grammar {
  readonly groups: readonly FindingGroup[];
  readonly findings: Readonly<Record<string, FindingWords>>;
  /** With `{x}` or `{X}` for the findings, `{is}` for the verb and `{place}`. */
  readonly templates: Readonly<Record<'present' | 'also' | 'placed' | 'absent', readonly string[]>>;
}

const someStrings = z.array(z.string()).min(1);

const normalSchema: z.ZodType<NormalRule> = z.object({
  whenAbsent: z.array(someStrings),
  whenNoFinding: z.boolean(),
  sentences: someStrings,
  withDenial: z.array(z.string()),
  denialAlone: z.boolean(),
});

const groupSchema: z.ZodType<FindingGroup> = z.object({
  name: z.string(),
  findings: someStrings,
  homes: z.array(z.array(z.enum(ANATOMICAL_REGIONS))),
  place: z.enum(['zone', 'side']).optional(),
  normal: normalSchema.optional(),
  denials: z.array(someStrings),
});

const grammarSchema: z.ZodType<Grammar> = z.object({
  groups: z.array(groupSchema),
  findings: z.record(
    z.string(),
    z.object({
      singular: someStrings,
      plural: z.array(z.string()),
      sentences: someStrings.optional(),
    }),
  ),
  templates: z.record(z.enum(['present', 'also', 'placed', 'absent']), someStrings),
});

/** The report grammar of `data/grammar.json`; described in `docs/report-grammar.md`. */
export const GRAMMAR: Grammar = grammarSchema.parse(data);

/** Names of the findings that the grammar can say, without No Finding. */
export const GRAMMAR_FINDINGS: readonly string[] = Object.keys(GRAMMAR.findings);
