/** Side and level: a statement with one may hold of a part only. */
export const PLACES: readonly string[] = words(
  'left right bilateral bilaterally unilateral both',
  'upper mid middle lower apical apex apices basal basilar base bases medial lateral anterior posterior',
  'lobe lobes lingula lingular retrocardiac perihilar',
);

/** Degree: no large effusion is no denial of a small one. */
export const DEGREES: readonly string[] = words(
  'mild mildly moderate moderately severe severely small large tiny trace minimal minimally marked massive slight slightly',
);

/** Change: no new opacity is no denial of an old one. */
export const CHANGES: readonly string[] = words(
  'new newly old acute chronic stable unchanged change changed changes interval',
  'increase increased increasing decrease decreased decreasing improved improvement improving',
  'worsened worsening resolved resolving resolution residual persistent recurrent further additional other',
);

/** Splits lines into words. */
export function words(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ');
}
