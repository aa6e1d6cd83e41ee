import { linear, relu, squeeze, type Value } from '@cxrkit/nn';
import type { ReportGeneratorConfig } from './config.js';

/** Two logits of each region. */
export interface RegionLogits {
  /** `[N]`: whether a radiologist would write about the region. */
  readonly selection: Value;
  /** `[N]`: whether it looks abnormal; uncalibrated. */
  readonly abnormality: Value;
}

/** The two classifiers of RGRG over features `[N, D_in]`, each region on its own (`src/binary_classifier/`). */
export function regionClassifiers(features: Value, config: ReportGeneratorConfig): RegionLogits {
  return {
    selection: classifier(features, 'binary_classifier_region_selection', config),
    abnormality: classifier(features, 'binary_classifier_region_abnormal', config),
  };
}

function classifier(features: Value, name: string, config: ReportGeneratorConfig): Value {
  let h = features;
  // Indices of nn.Sequential: a ReLU stands between two linear layers.
  for (const [i, width] of config.classifierWidths.entries())
    h = relu(linear(h, `${name}.classifier.${2 * i}`, width));
  const last = `${name}.classifier.${2 * config.classifierWidths.length}`;
  return squeeze(linear(h, last, 1), -1);
}
