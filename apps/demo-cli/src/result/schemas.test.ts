import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { sampleAnalysis } from '../../test/sample-analysis.js';
import { analysisJsonSchema, analysisSchema, detectionResultSchema } from './schemas.js';

describe('the schema of results', () => {
  it('is the one in docs/ (node --import tsx --conditions=@cxrkit/source apps/demo-cli/scripts/write-analysis-schema.ts)', async () => {
    const path = new URL('../../../../docs/analysis-schema.json', import.meta.url);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(analysisJsonSchema())),
    );
  });

  it.each([
    ['a later version', { schemaVersion: 2 }],
    ['a missing disclaimer', { notAMedicalDevice: undefined }],
    ['a region too few', { regions: sampleAnalysis().regions.slice(1) }],
    ['an unknown field', { diagnosis: 'x' }],
    [
      'a probability above 1',
      { classification: [{ ...sampleAnalysis().classification[0], probability: 2 }] },
    ],
  ])('refuses %s', (_what, change) => {
    expect(analysisSchema.safeParse({ ...sampleAnalysis(), ...change }).success).toBe(false);
  });

  it('tells a whole analysis from a part', () => {
    expect(detectionResultSchema.safeParse(sampleAnalysis()).success).toBe(false);
  });
});
