export {
  type ClipMeta,
  type ExportClipOptions,
  exportClipClassifier,
} from './export-clip-classifier.js';
