export { assertKeys } from './assert-keys.js';
export type { Checkpoint, NameFilter } from './checkpoint.js';
export { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half.js';
export type { PlainValue } from './pytorch/plain-value.js';
export {
  type PyTorchCheckpoint,
  type ReadPyTorchOptions,
  readPyTorchCheckpoint,
} from './pytorch/read-pytorch.js';
export { type ReadCheckpointOptions, readCheckpoint } from './read-checkpoint.js';
export { type RenameRule, renameKeys } from './rename-keys.js';
export {
  type ReadSafetensorsOptions,
  readSafetensors,
  type SafetensorsCheckpoint,
} from './safetensors/read-safetensors.js';
export { type WriteSafetensorsOptions, writeSafetensors } from './safetensors/write-safetensors.js';
