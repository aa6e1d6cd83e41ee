export { checkFindings } from './check-findings.js';
export { FINDING_CODES, findingCodes } from './finding-codes.js';
export { findingLike } from './finding-named.js';
export { type FindingState, type FindingStates, PROMPT_FINDINGS } from './findings.js';
export { formatFindings, parseFindings } from './parse-findings.js';
export { promptOf } from './prompt.js';
