import { loadClipClassifier } from '@cxrkit/clip-classifier';
import { CHEXPERT_FINDINGS, type ChexpertFinding } from '@cxrkit/core';
import type { OnnxRuntime } from '@cxrkit/core/onnx';
import type { FindingStates, Judges } from '@cxrkit/cxr-irgen';
import { type Label, labelReport } from '@cxrkit/eval';

const STATES = new Map<Label, 'positive' | 'negative' | 'uncertain'>([
  [1, 'positive'],
  [0, 'negative'],
  [-1, 'uncertain'],
]);

/** Judges that free what they hold. */
export type LoadedJudges = Judges & AsyncDisposable;

/** Loads who says whether a pair shows what was asked: the zero-shot classifier, and the rule labeler of eval. */
export async function loadJudges(
  model: string,
  runtime: OnnxRuntime,
  source: { readonly offline?: boolean | undefined },
  signal: AbortSignal,
): Promise<LoadedJudges> {
  const classifier = await loadClipClassifier({ model, runtime, source, signal });
  return {
    classifier: async (image, asked) => {
      if (asked.length === 0) return {};
      const { classes } = await classifier.classify(image, asked, { signal });
      return Object.fromEntries(classes.map(({ label, probability }) => [label, probability]));
    },
    labeler: async (report) => statesOf(labelReport(report)),
    [Symbol.asyncDispose]: () => classifier.dispose(),
  };
}

function statesOf(labels: Readonly<Record<ChexpertFinding, Label>>): FindingStates {
  return Object.fromEntries(
    CHEXPERT_FINDINGS.flatMap((finding) => {
      const state = STATES.get(labels[finding]);
      return state === undefined ? [] : [[finding, state]];
    }),
  );
}
