import { describe, expect, it } from 'vitest';
import { findingsOfReport } from './findings-of-report.js';

describe('findingsOfReport', () => {
  it.each([
    ['', {}],
    ['The trachea is midline.', {}],
    ['There is a pleural effusion.', { 'Pleural Effusion': 1, 'No Finding': 0 }],
    ['No pleural effusion or pneumothorax.', { 'Pleural Effusion': 0, Pneumothorax: 0 }],
    [
      'No effusion, pneumothorax, or consolidation is seen.',
      { 'Pleural Effusion': 0, Pneumothorax: 0, Consolidation: 0 },
    ],
    [
      'No pleural effusion or thickening is seen.',
      { 'Pleural Effusion': 0, 'Pleural Thickening': 0 },
    ],
    ['Pneumothorax is not seen.', { Pneumothorax: 0 }],
    ['Atelectasis without effusion.', { Atelectasis: 1, 'Pleural Effusion': 0, 'No Finding': 0 }],
    ['No effusion, but there is edema.', { 'Pleural Effusion': 0, Edema: 1, 'No Finding': 0 }],
    ['No mass is seen and a nodule is present.', { Mass: 0, Nodule: 1, 'No Finding': 0 }],
    [
      'There is no pneumothorax and the heart is enlarged.',
      { Pneumothorax: 0, Cardiomegaly: 1, 'No Finding': 0 },
    ],
    ['Findings are consistent with pneumonia.', { Pneumonia: 1, 'No Finding': 0 }],
    ['Findings are not consistent with pneumonia.', { Pneumonia: 0 }],
    ['Possible pneumonia. Edema cannot be excluded.', {}],
    ['The lungs are clear.', { 'No Finding': 1 }],
    ['The lungs are not clear.', {}],
    ['The lungs are clear without pneumonia.', { Pneumonia: 0, 'No Finding': 1 }],
    ['The lungs are clear. The heart is enlarged.', { Cardiomegaly: 1, 'No Finding': 0 }],
    ['The lungs are clear. A support device is seen.', { 'Support Devices': 1, 'No Finding': 1 }],
    ['The heart is normal in size.', { Cardiomegaly: 0 }],
    ['The heart is not enlarged.', { Cardiomegaly: 0 }],
    ['Heart and mediastinum are normal.', { Cardiomegaly: 0, 'Enlarged Cardiomediastinum': 0 }],
    [
      'The cardiomediastinal silhouette is enlarged.',
      { 'Enlarged Cardiomediastinum': 1, 'No Finding': 0 },
    ],
    ['The costophrenic angles are sharp.', { 'Pleural Effusion': 0 }],
    ['There is a pericardial effusion.', {}],
    ['No mass is seen. There is a mass.', { Mass: 1, 'No Finding': 0 }],
  ])('%s', (text, findings) => {
    expect(findingsOfReport(text)).toEqual(findings);
  });
});
