import type { ModelFolderContents } from '@cxrkit/core/model';

/** What the model folder of a part says of itself beyond what its config tells. */
export type PartMeta = Pick<
  ModelFolderContents['manifest'],
  'name' | 'version' | 'licence' | 'provenance' | 'scores' | 'card' | 'intendedUse'
>;
