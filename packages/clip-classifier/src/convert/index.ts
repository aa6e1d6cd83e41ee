export {
  type ClipMeta,
  type ExportClipOptions,
  exportClipClassifier,
} from './export-clip-classifier.js';
export {
  type ExportSupervisedOptions,
  exportSupervisedClassifier,
} from './export-supervised-classifier.js';
