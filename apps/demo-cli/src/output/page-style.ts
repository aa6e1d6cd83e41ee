/** Style of `index.html`: dark and light by the reader's setting, no fonts from elsewhere. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f4f6f8; --card: #ffffff; --ink: #17202a; --quiet: #5d6b78; --line: #dde3e8; --accent: #1f6feb; --warn: #8a5a00; --warn-ground: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1116; --card: #161c23; --ink: #e8edf2; --quiet: #98a6b3; --line: #2a333d; --accent: #6cb6ff; --warn: #ffd166; --warn-ground: #33290d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 1280px; margin: 0 auto; padding: 1.2rem; }
h1 { margin: 0; font-size: 1.6rem; }
.disclaimer, footer, .facts { color: var(--quiet); font-size: 0.85rem; margin-block: 0.3rem 0; }
article { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0.4rem 1.4rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem; margin-bottom: 1.2rem; }
@media (max-width: 800px) { article { grid-template-columns: minmax(0, 1fr); } }
h2 { grid-column: 1 / -1; margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
.picture img { display: block; width: 100%; height: auto; border-radius: 8px; background: #10151a; }
.report { margin: 0 0 0.8rem; font-size: 1.05rem; }
.warning { margin: 0 0 0.5rem; padding: 0.4rem 0.7rem; border-radius: 6px; background: var(--warn-ground); color: var(--warn); font-size: 0.9rem; }
.classes { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
.classes th { text-align: left; font-weight: 500; padding: 0.12rem 0.6rem 0.12rem 0; }
.classes td { width: 45%; }
.classes .number { width: 4.5rem; text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: block; height: 0.6rem; border-radius: 3px; background: var(--line); overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--accent); }
details { margin-top: 0.8rem; font-size: 0.9rem; }
summary { cursor: pointer; color: var(--accent); }
dl { margin: 0.5rem 0 0; }
dt { border-left: 4px solid; padding-left: 0.5rem; font-weight: 600; }
dd { margin: 0 0 0.5rem; padding-left: 0.75rem; }
a { color: var(--accent); }
`;
