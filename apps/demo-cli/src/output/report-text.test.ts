import { expect, it } from 'vitest';
import { sampleAnalysis } from '../../test/sample-analysis.js';
import { reportText } from './report-text.js';

it('writes report, regions, classification, duplicates and warnings as text', () => {
  expect(reportText(sampleAnalysis())).toBe(`X-ray: a/chest.png (100 x 100 pixels)

REPORT
The lungs are clear.

REGIONS
- right lung: The lungs are clear.
- left lung: The lungs are clear.

CLASSIFICATION (uncalibrated)
No Finding  75.0 % ███████████████·····
Pneumonia   25.0 % █████···············

LEFT OUT
- left lung: "The lungs are clear." repeats "The lungs are clear."

WARNINGS
- The picture has colour.

Models: tiny 0.0.1 on cpu

Not a medical device. For research and teaching only; do not use it to diagnose, triage or treat.
`);
});

it('says so when there is nothing to say', () => {
  const { regions, ...rest } = sampleAnalysis();
  const silent = regions.map((region) => ({ ...region, sentence: null }));
  const text = reportText({ ...rest, regions: silent, report: '', removed: [], warnings: [] });
  expect(text).toContain('REPORT\n(no region was worth a sentence)\n');
  expect(text).not.toMatch(/REGIONS|LEFT OUT|WARNINGS/);
});
