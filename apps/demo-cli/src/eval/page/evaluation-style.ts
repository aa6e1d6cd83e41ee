/** Style of a report, on top of that of the pages of pictures. */
export const EVALUATION_STYLE = `
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.1rem; margin-bottom: 1.2rem; overflow-x: auto; }
section h2 { margin-bottom: 0.7rem; }
section > p { margin: 0 0 0.7rem; color: var(--quiet); font-size: 0.9rem; max-width: 75ch; }
.scores { border-collapse: collapse; font-size: 0.9rem; }
.scores th, .scores td { text-align: left; padding: 0.25rem 1.1rem 0.25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
.scores + .scores, .plots + .scores { margin-top: 1.2rem; }
.scores thead th { color: var(--quiet); font-weight: 500; }
.scores tbody th { font-weight: 500; }
.scores .number { text-align: right; font-variant-numeric: tabular-nums; }
.scores code { display: inline-block; min-width: 22rem; font-size: 0.8rem; color: var(--quiet); overflow-wrap: anywhere; white-space: normal; }
.plots { display: flex; flex-wrap: wrap; gap: 1.4rem; }
figure { margin: 0; max-width: 100%; overflow-x: auto; }
figcaption { color: var(--quiet); font-size: 0.85rem; margin-bottom: 0.4rem; }
.case { border-top: 1px solid var(--line); padding: 0.8rem 0; }
.case h3 { margin: 0 0 0.5rem; font-size: 0.95rem; display: flex; gap: 1rem; justify-content: space-between; overflow-wrap: anywhere; }
.case h3 span { color: var(--quiet); font-weight: 400; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.2rem; }
@media (max-width: 700px) { .sides { grid-template-columns: minmax(0, 1fr); } }
.sides h4 { margin: 0 0 0.2rem; font-size: 0.8rem; font-weight: 500; color: var(--quiet); }
.sides p { margin: 0; overflow-wrap: anywhere; }
mark { color: inherit; border-radius: 3px; padding: 0 0.15em; }
.candidate mark { background: #e1575944; }
.reference mark { background: #59a14f44; }
`;
