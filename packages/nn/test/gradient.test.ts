import { describe, expect, it } from 'vitest';
import { gradientRules } from '../src/train/gradients/rules.js';
import { CaseBuilder } from './case-builder.js';
import { checkCase } from './check-gradient.js';
import { gradientCases } from './gradient-cases.js';

describe('gradients agree with finite differences and with onnxruntime', () => {
  describe.each(gradientCases.map((each) => [each.name, each] as const))(
    '%s',
    (_, gradientCase) => {
      it.each([1, 2, 3])('seed %i', (seed) => checkCase(gradientCase, seed));
    },
  );
});

describe('the list of cases', () => {
  it('covers every rule', () => {
    const covered = new Set(
      gradientCases.flatMap(({ build, mode = 'training' }) => {
        const make = new CaseBuilder(mode, 1);
        build(make);
        return make.graph.nodes.map((node) => node.opType);
      }),
    );
    const rules = Object.keys(gradientRules).filter((opType) => gradientRules[opType]);
    expect(rules.filter((opType) => !covered.has(opType))).toEqual([]);
  });

  it('has names of its own', () => {
    const names = gradientCases.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
