import { type Label, type LabelRow, labelRow } from '../label-row.js';
import { aggregateLabels } from './aggregate-labels.js';
import { clauseAround, clauseEdges } from './clauses.js';
import { cleanReport } from './clean-report.js';
import { findMentions, type Mention } from './find-mentions.js';
import { isAnatomy, judgeAnatomy } from './judge-anatomy.js';
import { judgeFinding } from './judge-finding.js';
import type { Topic } from './phrases.js';

/**
 * Labels a report by rules: phrases of the CheXpert labeler, judged by the words of their clause.
 *
 * @param report - Impression, findings, or both in one text.
 * @returns 1 positive, 0 negative, -1 uncertain, `null` not spoken of; "No Finding" is 1 or `null`.
 * @see Irvin et al. 2019, section 3.1. Not the CheXpert labeler itself, which parses sentences: cite it as
 * "rule labeler (lexical scope)".
 */
export function labelReport(report: string): LabelRow {
  const mentions = labelledMentions(cleanReport(report));
  const isAbnormal = [...mentions].some(
    ([topic, labels]) => topic !== 'Support Devices' && isFound(aggregateLabels(labels)),
  );
  return labelRow((finding) => {
    if (finding === 'No Finding') return isAbnormal ? null : 1;
    return aggregateLabels(mentions.get(finding) ?? []);
  });
}

function labelledMentions(text: string): Map<Topic, Label[]> {
  const labels = new Map<Topic, Label[]>();
  const add = (topic: Topic, label: Label): void => {
    const known = labels.get(topic);
    if (known === undefined) labels.set(topic, [label]);
    else known.push(label);
  };
  const edges = clauseEdges(text);
  for (const mention of findMentions(text)) {
    const label = judge(text, mention, edges);
    if (label === null) continue;
    add(mention.topic, label);
    if (isHeartFailure(text, mention) && isFound(label)) add('Cardiomegaly', -1);
  }
  return labels;
}

function judge(text: string, { topic, start, end }: Mention, edges: readonly number[]): Label {
  const [from, to] = clauseAround(edges, start, end);
  const before = text.slice(from, start);
  const mention = text.slice(start, end);
  const after = text.slice(end, to);
  const isSilhouette = topic === 'Cardiomegaly' || topic === 'Enlarged Cardiomediastinum';
  return isSilhouette && isAnatomy(mention)
    ? judgeAnatomy(before, mention, after)
    : judgeFinding(before, mention, after);
}

function isFound(label: Label): boolean {
  return label === 1 || label === -1;
}

function isHeartFailure(text: string, { topic, start, end }: Mention): boolean {
  return topic === 'Edema' && /chf|heart failure/.test(text.slice(start, end));
}
