import type { GraphMode, Value } from '@cxrkit/nn';
import type { CaseBuilder } from './case-builder.js';
import { elementwiseCases } from './cases/elementwise.js';
import { indexingCases } from './cases/indexing.js';
import { layerCases } from './cases/layers.js';
import { reduceCases } from './cases/reduce.js';
import { shapeCases } from './cases/shape.js';
import { windowCases } from './cases/windows.js';

/** One differentiable function to check on several seeded random shapes. */
export interface GradientCase {
  readonly name: string;
  readonly build: (make: CaseBuilder) => Value;
  /** @defaultValue 'training' */
  readonly mode?: GraphMode;
  /** False where ties make only single elements comparable. @defaultValue true */
  readonly directional?: boolean;
}

export const gradientCases: readonly GradientCase[] = [
  ...elementwiseCases,
  ...shapeCases,
  ...reduceCases,
  ...indexingCases,
  ...windowCases,
  ...layerCases,
];
