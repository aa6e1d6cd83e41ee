/** What is odd about a picture that was read all the same, as a word a program can switch on. */
export type ImageWarningCode =
  /** Pixels have colour; only their luma is used. */
  | 'colour'
  /** An animation; the first frame is used. */
  | 'animated'
  /** Several pages; the first is used. */
  | 'multi-page'
  /** Some pixels are not opaque; they are laid over black. */
  | 'alpha'
  /** 16-bit samples fill the lower half of their range or less; they are stretched. */
  | 'narrow-range'
  /** A side is below {@link TINY_SIDE} pixels. */
  | 'tiny'
  /** Nearly uniform. */
  | 'low-contrast'
  /** The grey levels are distributed as in no X-ray: text, line art, a mostly empty page. */
  | 'unusual-histogram';

/** A doubt about a picture; data for the result, never printed by this package. */
export interface ImageWarning {
  readonly code: ImageWarningCode;
  /** One sentence: what was seen, and what was done about it. */
  readonly message: string;
}

/** Pictures with a shorter side than this (pixels) are read with the warning `tiny`. */
export const TINY_SIDE = 64;
