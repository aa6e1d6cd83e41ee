import type { Box, LabelledImage } from '@cxrkit/core';

/** A box around a finding. */
interface DiseaseBox {
  readonly finding: string;
  /** As fractions of width and height. */
  readonly box01: Box;
}

/** A picture of a data set with everything its set knows of it. */
export interface TrainingImage extends LabelledImage {
  /** Path of a lung mask, from which region boxes are derived. */
  readonly lungMask?: string;
  readonly diseaseBoxes?: readonly DiseaseBox[];
}
