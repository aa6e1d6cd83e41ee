import type {
  Analysis,
  ClassifiedLabel,
  DescribedRegion,
  ReportResult,
} from '../result/analysis.js';
import { visible } from './visible.js';

/** Stands under everything that is shown. */
export const DISCLAIMER =
  'Not a medical device. For research and teaching only; do not use it to diagnose, triage or treat.';

/** What the report says when no region was worth a sentence. */
export const EMPTY_REPORT = '(no region was worth a sentence)';

/** @returns The content of `<name>.report.txt`. */
export function reportText(analysis: Analysis): string {
  const { image, report, regions, classification, removed, warnings, model } = analysis;
  const stages = [model.detector, model['report-gen'], model['clip-classifier']]
    .flatMap((stage) => (stage ? [`${stage.name} ${stage.version}`] : []))
    .join(', ');
  const spoken = regions.filter(({ sentence }) => sentence !== null);
  const sections = [
    `X-ray: ${image.path ?? '(bytes)'} (${image.width} x ${image.height} pixels)`,
    `REPORT\n${report === '' ? EMPTY_REPORT : report}`,
    spoken.length > 0 && `REGIONS\n${spoken.map(regionLine).join('\n')}`,
    classification.length > 0 &&
      `CLASSIFICATION (uncalibrated)\n${classificationLines(classification)}`,
    removed.length > 0 && `LEFT OUT\n${removed.map(removedLine).join('\n')}`,
    warnings.length > 0 && `WARNINGS\n${warnings.map(({ message }) => `- ${message}`).join('\n')}`,
    `Models: ${stages} on ${model.device}`,
    DISCLAIMER,
  ];
  return visible(`${sections.filter((section) => section !== false).join('\n\n')}\n`);
}

/** @returns One line a label, the most probable first, with a bar that is readable in a terminal. */
export function classificationLines(classes: readonly ClassifiedLabel[], bar = 20): string {
  const width = Math.max(...classes.map(({ label }) => label.length));
  return sortedClasses(classes)
    .map(({ label, probability }) => {
      const filled = Math.round(probability * bar);
      const percent = `${(100 * probability).toFixed(1)} %`.padStart(7);
      return `${label.padEnd(width)} ${percent} ${'█'.repeat(filled)}${'·'.repeat(bar - filled)}`;
    })
    .join('\n');
}

/** @returns The most probable first. */
export function sortedClasses(classes: readonly ClassifiedLabel[]): ClassifiedLabel[] {
  return classes.toSorted((a, b) => b.probability - a.probability);
}

function regionLine({ name, sentence }: DescribedRegion): string {
  return `- ${name}: ${sentence}`;
}

function removedLine(removed: ReportResult['removed'][number]): string {
  const { region, sentence } = removed;
  const because =
    removed.rule === 'contradiction'
      ? `is contradicted by "${removed.contradictedBy}"`
      : `repeats "${removed.duplicateOf}"`;
  return `- ${region}: "${sentence}" ${because}`;
}
