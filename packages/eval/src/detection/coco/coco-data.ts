/** Identifier of an image, a category or an annotation, as the file has it. */
export type CocoId = number | string;

/** `[x, y, width, height]` in pixels, origin top left: COCO's order, not that of `Box`. */
export type CocoBox = readonly [x: number, y: number, width: number, height: number];

export interface CocoImage {
  readonly id: CocoId;
}

export interface CocoCategory {
  readonly id: CocoId;
  readonly name?: string;
}

/** A true box. Fields are named as in COCO files, so that a parsed file fits; further fields are not read. */
export interface CocoAnnotation {
  /** Only compared for being given twice, and for being 0 by `strictPycocotools`. */
  readonly id?: CocoId;
  readonly image_id: CocoId;
  readonly category_id: CocoId;
  readonly bbox: CocoBox;
  /**
   * Square pixels, what the area ranges ask of a true box; of a segmented object it is that of the mask.
   *
   * @defaultValue width x height
   */
  readonly area?: number;
  /**
   * 1 marks a box around several objects: it is never missed and swallows any number of detections.
   *
   * @defaultValue 0
   */
  readonly iscrowd?: 0 | 1 | boolean;
}

/** A box that was found. */
export interface CocoDetection {
  readonly image_id: CocoId;
  readonly category_id: CocoId;
  readonly bbox: CocoBox;
  /** Larger is surer; any finite number. */
  readonly score: number;
}

/** Ground truth and results of one set of images, as COCO's two files hold them. */
export interface CocoData {
  /** All images, those without any box too. */
  readonly images: readonly CocoImage[];
  readonly categories: readonly CocoCategory[];
  readonly annotations: readonly CocoAnnotation[];
  readonly detections: readonly CocoDetection[];
}
