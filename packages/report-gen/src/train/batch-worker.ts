import { serveBatches } from '@cxrkit/nn/train';
import { openReportBatches } from './batch-data.js';

serveBatches(openReportBatches);
