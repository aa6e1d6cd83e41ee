import { serveBatches } from '@cxrkit/nn/train';
import { openClipBatches } from './batch-data.js';

serveBatches(openClipBatches);
