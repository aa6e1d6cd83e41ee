import { expect, it } from 'vitest';
import { FAITHFUL_VISION, VISION_RULES } from '../vision/vision-rules.js';
import { recordedRules, runSettings } from './run-settings.js';

it('writes plain values as they are, the rest as JSON, and what is absent as null', () => {
  expect(
    runSettings({ batchSize: 4, name: 'a', scale: undefined, shares: { a: 1 }, none: null }),
  ).toEqual({ batchSize: 4, name: 'a', scale: 'null', shares: '{"a":1}', none: 'null' });
});

it('writes rules that came later as nothing where they say what held before', () => {
  expect(recordedRules(VISION_RULES)).toEqual({ ...VISION_RULES, decay: null });
  expect(recordedRules(FAITHFUL_VISION)).toEqual({ ...FAITHFUL_VISION, jointDropout: null });
  expect(recordedRules({ dropout: 0 })).toEqual({ dropout: null });
  expect(recordedRules({ dropout: 0.1 })).toEqual({ dropout: 0.1 });
});
