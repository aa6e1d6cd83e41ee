export { escapeHtml } from '../../output/escape-html.js';
