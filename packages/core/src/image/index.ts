export { centerCrop } from './center-crop.js';
export { chestXrayWarnings } from './chest-xray-warnings.js';
export { encodeJpeg, encodePng } from './encode-image.js';
export type { FloatImage, GrayImage, Resampler, RgbImage } from './gray-image.js';
export type { ImageFormat } from './image-format.js';
export type { ImageWarning, ImageWarningCode } from './image-warning.js';
export {
  type Letterbox,
  type LetterboxOptions,
  type LetterboxPlacement,
  letterbox,
  toCanvas,
  toSource,
} from './letterbox.js';
export { lowerResolution } from './lower-resolution.js';
export {
  DEFAULT_MAX_PIXELS,
  type DecodedImage,
  type ImageSource,
  type ReadImageOptions,
  readImage,
} from './read-image.js';
export { resizeArea } from './resize-area.js';
export { resizeBicubic } from './resize-bicubic.js';
export { resizeBilinearAntialias } from './resize-bilinear-antialias.js';
export { resizeLanczos } from './resize-lanczos.js';
export { resizeShorterSide } from './resize-shorter-side.js';
export { type Affine, type ViewJitter, viewAffine, warpAffine } from './warp-affine.js';
