import { expect, it } from 'vitest';
import { labelReports } from './label-reports.js';

it('words labels in several ways, by the seed', () => {
  const reports = labelReports({ findings: { Edema: 1, Pneumonia: 0 } }, 3, 7);
  expect(reports.length).toBeGreaterThan(1);
  expect(reports.every((report) => /edema/i.test(report))).toBe(true);
  expect(labelReports({ findings: { Edema: 1, Pneumonia: 0 } }, 3, 7)).toEqual(reports);
  expect(labelReports({ findings: { Edema: 1, Pneumonia: 0 } }, 4, 7)).not.toEqual(reports);
});

it('gives the report of a picture that has one', () => {
  const report = 'Hazy right lower lung.';
  expect(labelReports({ findings: { Edema: 1 }, report }, 0, 0)).toEqual([report]);
});
