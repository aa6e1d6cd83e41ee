export type { ImageReportPair, PairLabels } from './image-report-pair.js';
export {
  type PairAgreementName,
  type PairAgreementOptions,
  pairAgreement,
} from './pair-agreement.js';
export type { PairLabelPolicy, PairOptions, PairSide } from './pair-options.js';
export { type PairScoreName, type PairScores, pairResampled, pairScores } from './pair-scores.js';
