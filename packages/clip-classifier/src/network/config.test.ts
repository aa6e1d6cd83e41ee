import { describe, expect, it } from 'vitest';
import { type ClipConfig, clipConfigSchema, R_CLIP } from './config.js';
import { textGraph } from './graphs.js';

const TABLE = 'text_encoder.text_encoder.embeddings.position_embeddings.weight';

function tableOf(text: Partial<ClipConfig['text']>): readonly number[] | undefined {
  const { positions: _, ...published } = R_CLIP.text;
  const config = { ...R_CLIP, text: { ...published, layers: 1, ...text } };
  return textGraph(clipConfigSchema.parse(config)).parameters.get(TABLE)?.dims;
}

describe('positions of the text', () => {
  it('have the rows of a published BERT, of which a text uses the first', () => {
    expect(clipConfigSchema.parse(R_CLIP)).toEqual(R_CLIP);
    expect(R_CLIP.text.maxLength).toBe(256);
    expect(tableOf({ positions: 512 })).toEqual([512, 768]);
  });

  it('are as many as a text has tokens where a config does not say', () => {
    expect(tableOf({})).toEqual([256, 768]);
    expect(tableOf({ maxLength: 64 })).toEqual([64, 768]);
  });

  it('are never fewer than a text has tokens', () => {
    expect(() => tableOf({ positions: 255 })).toThrow('a row for each of maxLength tokens');
  });
});
