import { Graph } from '../graph/graph.js';
import { gatherElements } from '../ops/indexing.js';
import { logSoftmax } from '../ops/softmax.js';

/**
 * The likeliest next tokens of a decoder, found where its logits lie: a step of beam search then moves a few numbers a row
 * instead of a vocabulary.
 *
 * `logits [n, V]`, `count` int64 `[1]` (at most `V`) -> `tokens` int64 `[n, count]`, best first, of equal logits the lower;
 * their natural `log_probabilities [n, count]`.
 */
export function likeliestTokensGraph(): Graph {
  const graph = new Graph('inference');
  const logits = graph.input('logits', 'float32', ['n', 'V']);
  const count = graph.input('count', 'int64', [1]);
  // Ranked by logits: two of them may round to one log-probability.
  const [, tokens] = graph.node(
    'TopK',
    [logits, count],
    [
      { type: 'float32', dims: ['n', 'k'] },
      { type: 'int64', dims: ['n', 'k'] },
    ],
    { axis: -1 },
  );
  graph.output('tokens', tokens);
  graph.output('log_probabilities', gatherElements(logSoftmax(logits), tokens, 1));
  return graph;
}
