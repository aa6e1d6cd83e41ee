import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleAnalysis } from '../../test/sample-analysis.js';
import { writeIndexPage } from './index-page.js';

describe('writeIndexPage', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cxr-page-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('shows every result of the folder, lets foreign text do nothing, and passes over other files', async () => {
    const evil = { ...sampleAnalysis(), report: '<img src=x onerror=alert(1)>' };
    await writeFile(join(folder, 'a&b.json'), JSON.stringify(evil));
    await writeFile(join(folder, 'c.json'), JSON.stringify(sampleAnalysis()));
    await writeFile(join(folder, 'package.json'), '{}');
    await writeFile(join(folder, 'half.json'), '{"schemaVersion":');
    const page = await readFile(await writeIndexPage(folder), 'utf8');
    expect(page.match(/<article>/g)).toHaveLength(2);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('href="a%26b.json"');
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('2 pictures');
  });
});
