import { serveBatches } from '@cxrkit/nn/train';
import { openVaeBatches } from './vae-batch-data.js';

serveBatches(openVaeBatches);
