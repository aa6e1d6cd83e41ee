export { type Detection, type DetectOptions, Detector } from './detector.js';
export { type LoadDetectorOptions, loadDetector } from './load-detector.js';
export { type DetectorConfig, detectorConfigSchema, RGRG_DETECTOR } from './network/config.js';
