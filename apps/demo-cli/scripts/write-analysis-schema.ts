// Writes docs/analysis-schema.json:
// node --import tsx --conditions=@cxrkit/source apps/demo-cli/scripts/write-analysis-schema.ts
import { writeFileSync } from 'node:fs';
import { analysisJsonSchema } from '../src/result/schemas.js';

const path = new URL('../../../docs/analysis-schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(analysisJsonSchema(), null, 2)}\n`);
