/** @file Which tokens spell which word. */
import { describe, expect, it } from 'vitest';
import { wordSpans } from '../../../native-models/explanation/wordSpans.ts';

/** Each id is a piece of text. */
function spansOf(text: string, pieces: readonly string[]) {
  const decode = (ids: readonly number[]) => ids.map((id) => pieces[id]).join('');
  const { text: shown, spans } = wordSpans(text, [...pieces.keys()], decode);
  return { shown, words: spans.map(({ start, end, tokens }) => [shown.slice(start, end), tokens]) };
}

describe('words of a text', () => {
  it('have the tokens that spell them, whatever spaces and marks stand between', () => {
    expect(
      spansOf('Two  sail-boats, at night.', ['two', ' sail', '-', 'boat', 's', ', ', 'at', ' night', '.']),
    ).toEqual({
      shown: 'Two  sail-boats, at night.',
      words: [
        ['Two', [0]],
        ['sail', [1]],
        ['boats', [3, 4]],
        ['at', [6]],
        ['night', [7]],
      ],
    });
  });

  it('share a token that spells parts of two', () => {
    expect(spansOf('两只船', ['两只', '船']).words).toEqual([
      ['两', [0]],
      ['只', [0]],
      ['船', [1]],
    ]);
  });

  it('are those of the spelling where it is another one', () => {
    expect(spansOf('un café', ['un', ' cafe'])).toEqual({
      shown: 'un cafe',
      words: [
        ['un', [0]],
        ['cafe', [1]],
      ],
    });
  });

  it('are not those after the last token', () => {
    expect(spansOf('a boat at night', ['a', ' boat', ' a']).words).toEqual([
      ['a', [0]],
      ['boat', [1]],
    ]);
  });
});
