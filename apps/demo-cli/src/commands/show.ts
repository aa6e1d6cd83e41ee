import {
  classificationLines,
  DISCLAIMER,
  EMPTY_REPORT,
  sortedClasses,
} from '../output/report-text.js';
import type { OutputFiles } from '../output/write-outputs.js';
import type {
  Analysis,
  ClassificationResult,
  DetectionResult,
  ReportResult,
  ResultBase,
} from '../result/analysis.js';

/** @returns What `cxr analyze` prints of one picture. */
export function analysisText(path: string, analysis: Analysis, files?: OutputFiles): string {
  const { report, classification, regions } = analysis;
  const found = regions.filter(({ detected }) => detected).length;
  return [
    `\n${path}`,
    `\n  ${report === '' ? EMPTY_REPORT : report}\n`,
    indent(classificationLines(classification)),
    `\n  ${found} of ${regions.length} regions found`,
    ...warningLines(analysis),
    ...(files
      ? [`  picture: ${files.overlay}`, `  text:    ${files.report}`, `  data:    ${files.json}`]
      : []),
    `  ${DISCLAIMER}`,
  ].join('\n');
}

/** @returns One line of one picture among many. */
export function analysisLine(path: string, analysis: Analysis): string {
  const [best] = sortedClasses(analysis.classification);
  const likely = best ? `${best.label} ${(100 * best.probability).toFixed(0)} %` : '';
  const doubts = analysis.warnings.length > 0 ? ` [${analysis.warnings.length} warnings]` : '';
  return `${path}: ${likely}; ${analysis.report === '' ? EMPTY_REPORT : analysis.report}${doubts}`;
}

/** @returns What `cxr detect` prints of one picture. */
export function detectionText(path: string, result: DetectionResult): string {
  const rows = result.regions.map(({ name, box, score }) => {
    const place =
      box === null ? 'not found' : `${score.toFixed(2)}  [${box.map(Math.round).join(', ')}]`;
    return `  ${name.padEnd(26)} ${place}`;
  });
  return [path, ...rows, ...warningLines(result)].join('\n');
}

/** @returns What `cxr report` prints of one picture. */
export function reportOnlyText(path: string, result: ReportResult): string {
  const spoken = result.regions.filter(({ sentence }) => sentence !== null);
  return [
    path,
    `  ${result.report === '' ? EMPTY_REPORT : result.report}`,
    ...spoken.map(({ name, sentence }) => `  - ${name}: ${sentence}`),
    ...warningLines(result),
  ].join('\n');
}

/** @returns What `cxr classify` prints of one picture. */
export function classificationText(path: string, result: ClassificationResult): string {
  const { classification, probe = [] } = result;
  const probed = probe.map(
    ({ label, probability, present }) =>
      `  probe: ${label} ${(100 * probability).toFixed(1)} % ${present ? 'present' : 'absent'}`,
  );
  const classes = indent(classificationLines(classification));
  return [path, classes, ...probed, ...warningLines(result)].join('\n');
}

function warningLines({ warnings }: ResultBase): string[] {
  return warnings.map(({ message }) => `  warning: ${message}`);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
