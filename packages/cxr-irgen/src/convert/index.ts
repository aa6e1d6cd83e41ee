export { type ExportLanguageOptions, exportLanguage } from './export-language.js';
export { exportLanguageState, type LanguageStateOptions } from './export-language-state.js';
export { type ExportPriorOptions, exportPrior } from './export-prior.js';
export { type ExportVaeOptions, exportVae } from './export-vae.js';
export { type ExportVisionOptions, exportVision } from './export-vision.js';
export type { PartMeta } from './part-meta.js';
