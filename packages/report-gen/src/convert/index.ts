export {
  type ConvertReportGeneratorOptions,
  convertReportGenerator,
} from './convert-report-generator.js';
export {
  type ExportReportGeneratorOptions,
  exportReportGenerator,
  type ReportGeneratorMeta,
} from './export-report-generator.js';
