export { defaultCacheFolder } from './cache-folder.js';
export { describeModel, type ModelDescription } from './describe-model.js';
export { type FolderLockOptions, type FolderOwner, lockFolder } from './folder-lock.js';
export { checkGraphSignature, type SessionTensor } from './graph-signature.js';
export type { HubOptions } from './hub-client.js';
export { listModelFolders, type ModelListing } from './list-model-folders.js';
export {
  CARD_FILE,
  type CardText,
  type DataLicence,
  type FileEntry,
  type GraphEntry,
  MANIFEST_FILE,
  MODEL_FORMAT_VERSION,
  type ModelManifest,
  type ModelScore,
  type Provenance,
  type TensorSignature,
} from './manifest.js';
export { modelManifestSchema } from './manifest-schema.js';
export { modelCard } from './model-card.js';
export type { ModelFolder } from './model-folder.js';
export { type OpenModelOptions, openModelFolder } from './open-model-folder.js';
export { type FileVerdict, verifyModelFolder } from './verify-model-folder.js';
export {
  checkModelTarget,
  type FileBytes,
  type FileContents,
  type GraphContents,
  type ModelFolderContents,
  writeModelFolder,
} from './write-model-folder.js';
