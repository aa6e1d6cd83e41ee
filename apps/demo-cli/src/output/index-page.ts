import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Analysis } from '../result/analysis.js';
import { analysisSchema } from '../result/schemas.js';
import { escapeHtml } from './escape-html.js';
import { PAGE_STYLE } from './page-style.js';
import { regionColor } from './region-style.js';
import { DISCLAIMER, EMPTY_REPORT, sortedClasses } from './report-text.js';
import { thumbnail } from './thumbnail.js';
import { DISK, type FileSystem, writeFiles } from './write-files.js';

const THUMBNAIL_WIDTH = 720;

/**
 * Rebuilds `index.html` from all results in a folder, so that it shows those of earlier and of simultaneous runs too.
 * The page holds everything it shows and asks nothing of the network.
 *
 * @returns Path of the page.
 * @throws {@link OutputError} if it cannot be written; the signal's reason.
 */
export async function writeIndexPage(
  folder: string,
  { signal, disk = DISK }: { readonly signal?: AbortSignal; readonly disk?: FileSystem } = {},
): Promise<string> {
  const path = join(folder, 'index.html');
  await writeFiles({ [path]: page(folder, signal) }, disk);
  return path;
}

/** One result after another, so that a page of thousands takes no memory. */
async function* page(folder: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chest X-ray reports</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header><h1>Chest X-ray reports</h1><p class="disclaimer">${escapeHtml(DISCLAIMER)}</p></header>
<main>
`;
  let count = 0;
  for (const file of names) {
    signal?.throwIfAborted();
    const analysis = await readAnalysis(join(folder, file));
    if (analysis === undefined) continue;
    count++;
    yield await card(folder, file.slice(0, -'.json'.length), analysis);
  }
  yield `</main>\n<footer>${count} ${count === 1 ? 'picture' : 'pictures'}, made with CXRKit.</footer>\n</body>\n</html>\n`;
}

async function readAnalysis(path: string): Promise<Analysis | undefined> {
  try {
    return analysisSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function card(folder: string, name: string, analysis: Analysis): Promise<string> {
  const { image, report, regions, classification, warnings, timings, model } = analysis;
  const title = escapeHtml(image.path ?? name);
  const link = (suffix: string): string => encodeURIComponent(`${name}${suffix}`);
  const overlay = await thumbnail(join(folder, `${name}.overlay.png`), { width: THUMBNAIL_WIDTH });
  const picture = overlay
    ? `<a class="picture" href="${link('.overlay.png')}"><img src="${overlay}" alt="${title} with the regions found in it" loading="lazy"></a>`
    : '';
  const spoken = regions.filter(({ sentence }) => sentence !== null);
  return `<article>
<h2>${title}</h2>
${picture}
<div class="words">
<p class="report">${escapeHtml(report === '' ? EMPTY_REPORT : report)}</p>
${warnings.map(({ message }) => `<p class="warning">${escapeHtml(message)}</p>`).join('\n')}
<table class="classes"><tbody>${sortedClasses(classification).map(classRow).join('')}</tbody></table>
<details><summary>${spoken.length} regions with a sentence</summary><dl>${spoken
    .map(
      ({ name: region, sentence }) =>
        `<dt style="border-color:${regionColor(region)}">${region}</dt><dd>${escapeHtml(sentence ?? '')}</dd>`,
    )
    .join('')}</dl></details>
<p class="facts">${image.width} &times; ${image.height} pixels &middot; ${Math.round(timings.totalMs)} ms on ${model.device} &middot; <a href="${link('.json')}">JSON</a> &middot; <a href="${link('.report.txt')}">text</a></p>
</div>
</article>
`;
}

function classRow({ label, probability }: Analysis['classification'][number]): string {
  const percent = (100 * probability).toFixed(1);
  return `<tr><th scope="row">${escapeHtml(label)}</th><td><span class="bar"><span style="width:${percent}%"></span></span></td><td class="number">${percent} %</td></tr>`;
}
