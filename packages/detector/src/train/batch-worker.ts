import { serveBatches } from '@cxrkit/nn/train';
import { openDetectorBatches } from './batch-data.js';

serveBatches(openDetectorBatches);
