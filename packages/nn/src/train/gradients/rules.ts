import { convolutionRules } from './convolution.js';
import { elementwiseRules } from './elementwise.js';
import { indexingRules } from './indexing.js';
import { linearAlgebraRules } from './linear-algebra.js';
import { normalizationRules } from './normalization.js';
import { reduceRules } from './reduce.js';
import type { GradientRule } from './rule.js';
import { shapeRules } from './shape.js';
import { softmaxRules } from './softmax.js';

/** Derivative of each ONNX operation; `null` marks those through which no gradient passes. */
export const gradientRules: Readonly<Record<string, GradientRule | null>> = {
  ...elementwiseRules,
  ...shapeRules,
  ...linearAlgebraRules,
  ...reduceRules,
  ...softmaxRules,
  ...indexingRules,
  ...normalizationRules,
  ...convolutionRules,
  And: null,
  ArgMax: null,
  Equal: null,
  Greater: null,
  Less: null,
  OneHot: null,
  Shape: null,
};
