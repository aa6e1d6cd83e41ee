import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestEntry } from '@cxrkit/cxr-irgen';
import { escapeHtml } from '../output/escape-html.js';
import { PAGE_STYLE } from '../output/page-style.js';
import { DISCLAIMER } from '../output/report-text.js';
import { agreementText, askedText, percent } from './asked-text.js';

const STYLE = `${PAGE_STYLE}
main.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; max-width: 1500px; }
main.pairs article { display: block; margin: 0; }
main.pairs img { display: block; width: 100%; image-rendering: auto; border-radius: 8px; background: #10151a; }
main.pairs h2 { margin: 0.7rem 0 0.3rem; }
.banner { margin: 0.6rem 0 0; padding: 0.5rem 0.8rem; border-radius: 6px; background: var(--warn-ground); color: var(--warn); font-weight: 600; }
`;

/** Most pairs whose pictures lie in the page itself; beyond them it points to the files beside it. */
const MOST_EMBEDDED = 64;

/**
 * Writes the page of a folder of synthetic pairs: each image with what was asked, its report and the agreement. It
 * holds everything it shows, up to {@link MOST_EMBEDDED} pairs, and asks nothing of the network.
 */
export async function* synthesisPage(
  folder: string,
  entries: readonly ManifestEntry[],
): AsyncGenerator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Synthetic chest X-rays</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Synthetic chest X-rays</h1>
<p class="banner">These pictures and reports are of nobody: a model made them. ${escapeHtml(DISCLAIMER)}</p></header>
<main class="pairs">
`;
  for (const [i, entry] of entries.entries()) yield await card(folder, entry, i < MOST_EMBEDDED);
  const count = `${entries.length} ${entries.length === 1 ? 'pair' : 'pairs'}`;
  yield `</main>\n<footer>${count}, made with CXRKit. ${escapeHtml(DISCLAIMER)}</footer>\n</body>\n</html>\n`;
}

async function card(folder: string, entry: ManifestEntry, isEmbedded: boolean): Promise<string> {
  const { image, report, seed, reference, agreement, model, warnings = [] } = entry;
  const asked = escapeHtml(askedText(entry));
  const source = isEmbedded
    ? `data:image/${image.endsWith('.jpg') ? 'jpeg' : 'png'};base64,${(await readFile(join(folder, image))).toString('base64')}`
    : image;
  const seen = Object.entries(agreement?.image ?? {});
  return `<article>
<a href="${image}"><img src="${source}" alt="Synthetic chest X-ray, asked for: ${asked}" loading="lazy"></a>
<h2>${asked}</h2>
<p class="report">${report === null ? '' : escapeHtml(report === '' ? '(empty report)' : report)}</p>
${warnings.map(({ message }) => `<p class="warning">${escapeHtml(message)}</p>`).join('\n')}
<p class="facts">Agreement: ${escapeHtml(agreementText(agreement))}</p>
${seen.length === 0 ? '' : `<table class="classes"><tbody>${seen.map(seenRow).join('')}</tbody></table>`}
<p class="facts">seed ${seed} &middot; ${reference === null ? 'no reference' : `reference ${escapeHtml(reference)}`} &middot; ${escapeHtml(model)}</p>
</article>
`;
}

function seenRow([finding, probability]: readonly [string, number]): string {
  const width = percent(probability);
  return `<tr><th scope="row">${escapeHtml(finding)}</th><td><span class="bar"><span style="width:${width.replace(' ', '')}"></span></span></td><td class="number">${width}</td></tr>`;
}
