export {
  type DetectorMeta,
  type ExportDetectorOptions,
  exportDetector,
} from './export-detector.js';
