import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheFolder } from './cache-folder.js';

describe('defaultCacheFolder', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', { CXRKIT_CACHE: '/c', XDG_CACHE_HOME: '/x' }, '/c'],
    ['linux', { XDG_CACHE_HOME: '/x' }, join('/x', 'cxrkit')],
    ['linux', { XDG_CACHE_HOME: '' }, join('/h', '.cache', 'cxrkit')],
    ['darwin', {}, join('/h', 'Library', 'Caches', 'cxrkit')],
    ['win32', { LOCALAPPDATA: '/l' }, join('/l', 'cxrkit', 'Cache')],
    ['win32', {}, join('/h', 'AppData', 'Local', 'cxrkit', 'Cache')],
  ])('on %s with %j is %s', (platform, environment, expected) => {
    expect(defaultCacheFolder({ platform, environment, home: '/h' })).toBe(expected);
  });
});
