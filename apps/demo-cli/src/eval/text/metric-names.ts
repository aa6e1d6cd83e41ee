/** BLEU-1 to 4 of one style. */
const orders = (prefix: string): string[] => [1, 2, 3, 4].map((order) => `${prefix}${order}`);

/** Metrics of `cxr eval text` by the names they are printed under. */
export const TEXT_METRIC_NAMES: readonly string[] = [
  ...orders('bleu'),
  ...['rougeL', 'cider', 'ciderD', 'meteor'],
  ...['CIDEr_D_constant_df', 'googleRouge1', 'googleRouge2', 'googleRougeL', 'googleRougeLsum'],
  ...['nltkMeteor', ...orders('hfBleu'), ...orders('nltkBleu'), ...orders('sacreBleu')],
  'distinctRatio',
];

/** Those that are computed unless others are asked. */
export const DEFAULT_TEXT_METRICS: readonly string[] = TEXT_METRIC_NAMES.slice(0, 8);

/** The one that is no sum over items. */
export const DISTINCT_RATIO = 'distinctRatio';
