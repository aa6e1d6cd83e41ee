export { type AllcloseOptions, expectAllclose } from './allclose.js';
export {
  type RecordedStep,
  type TableModel,
  type TableStepper,
  tableStepper,
} from './table-stepper.js';
