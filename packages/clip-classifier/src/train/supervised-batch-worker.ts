import { serveBatches } from '@cxrkit/nn/train';
import { openSupervisedBatches } from './supervised-batch-data.js';

serveBatches(openSupervisedBatches);
