export { type DeviceReport, describeDevices } from './devices/describe-devices.js';
export { type CudaInstallation, installCuda } from './devices/install-cuda.js';
export { type Device, openRuntime, type RuntimeOptions } from './open-runtime.js';
export type {
  ExternalData,
  GraphOptimization,
  RuntimeStatistics,
  WeightsInMemory,
} from './protocol.js';
export { type LoadOptions, OnnxRuntime, type PassedOverDevice } from './runtime.js';
export { OnnxSession, type RunOptions } from './session.js';
export type { TensorInfo } from './tensor-info.js';
