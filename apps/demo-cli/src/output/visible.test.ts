import { expect, it } from 'vitest';
import { visible } from './visible.js';

it('lets no escape sequence through and keeps lines and letters', () => {
  expect(visible('a\u001b[31mb\r\u009b\n\tü肺')).toBe('a\ufffd[31mb\ufffd\ufffd\n\tü肺');
});
