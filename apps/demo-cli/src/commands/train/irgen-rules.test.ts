import { FAITHFUL_LANGUAGE, FAITHFUL_VISION_PACE, LANGUAGE_RULES } from '@cxrkit/cxr-irgen/train';
import { describe, expect, it } from 'vitest';
import { chosenPace, chosenRules, languageTrainingSchema } from './irgen-rules.js';

describe('the rules of a config of CXR-IRGen', () => {
  it('take the published pace by the preset, and what the command line says before it', () => {
    const flags = { learningRate: 1e-4 };
    expect(chosenPace({}, {}, FAITHFUL_VISION_PACE)).toEqual({});
    expect(chosenPace({}, flags, FAITHFUL_VISION_PACE)).toEqual(flags);
    const faithful = { preset: 'faithful' } as const;
    expect(chosenPace(faithful, {}, FAITHFUL_VISION_PACE)).toEqual({
      ...{ batchSize: 32, learningRate: 5e-5 },
    });
    expect(chosenPace(faithful, flags, FAITHFUL_VISION_PACE)).toEqual({ batchSize: 32, ...flags });
  });

  it('may be changed one by one', () => {
    const presets = { ours: LANGUAGE_RULES, faithful: FAITHFUL_LANGUAGE };
    expect(chosenRules({}, presets)).toEqual(LANGUAGE_RULES);
    const given = languageTrainingSchema.parse({
      ...{ preset: 'faithful', textLength: 512, shares: { nih: 1 } },
      rules: { dropout: 0.2, decay: 'matrices' },
    });
    expect(given.textLength).toBe(512);
    expect(chosenRules(given, presets)).toEqual({
      ...{ ...FAITHFUL_LANGUAGE, dropout: 0.2, decay: 'matrices' },
    });
    for (const rules of [{ dropout: 1 }, { decay: 'none' }, { textDropout: 0.1 }])
      expect(languageTrainingSchema.safeParse({ rules }).success).toBe(false);
  });
});
