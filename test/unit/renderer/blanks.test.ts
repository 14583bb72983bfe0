/** @file Filling in the blanks of saved questions. */
import { describe, expect, it } from 'vitest';
import { placeBeside, placesToFill, RecentFillings } from '../../../renderer/state/chat/blanks.ts';
import { blanksIn, withBlanksFilled } from '../../../schemas/blanks.ts';

const template = 'is there a ___ next to the ___?';
const wordsAt = (text: string, of?: string) => placesToFill(text, of).map(({ start, end }) => text.slice(start, end));

describe('blanks', () => {
  it('are three or more underscores, filled in in their order; one without a value stays', () => {
    expect(blanksIn('a __ b ___ c ____')).toEqual([
      { start: 7, end: 10 },
      { start: 13, end: 17 },
    ]);
    expect(withBlanksFilled(template, [' dog ', '$& cat'])).toBe('is there a dog next to the $& cat?');
    expect(withBlanksFilled(template, ['', 'cat'])).toBe('is there a ___ next to the cat?');
  });

  it('stay places to go to once they are filled in, until the words around them are others', () => {
    expect(wordsAt('is there a red dog next to the ___?', template)).toEqual(['red dog', '___']);
    expect(wordsAt('is there a  next to the cat?', template)).toEqual(['', 'cat']);
    expect(wordsAt('was there a dog next to the ___?', template)).toEqual(['___']);
    expect(wordsAt('is there a ___?')).toEqual(['___']);
    expect(wordsAt('is there a ', 'is there a ___ there a ')).toEqual([]);
  });

  it('follow each other to both sides, and end at the last', () => {
    const places = placesToFill(template, template);
    const [first, second] = places;
    expect(placeBeside(places, { start: 0, end: 0 }, 1)).toEqual(first);
    expect(placeBeside(places, first ?? { start: 0, end: 0 }, 1)).toEqual(second);
    expect(placeBeside(places, second ?? { start: 0, end: 0 }, 1)).toBeUndefined();
    expect(placeBeside(places, second ?? { start: 0, end: 0 }, -1)).toEqual(first);
  });

  it('offer what was filled in lately, the latest first, each once, and nothing where the store is damaged', () => {
    const stored = new Map<string, string>();
    const recent = new RecentFillings({
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    });
    for (const value of ['dog', 'cat', ' dog ', '']) recent.remember(template, [value, 'house']);
    expect(recent.of(template, 0)).toEqual(['dog', 'cat']);
    expect(recent.of(template, 1)).toEqual(['house']);
    for (let index = 0; index < 12; index++) recent.remember(template, [`${index}`]);
    expect(recent.of(template, 0)).toHaveLength(8);
    for (const damaged of ['[', '{"a":1}', '[]', '{"is there a ___?":[[1]]}']) {
      stored.set('vignette:blanks', damaged);
      expect(recent.of('is there a ___?', 0)).toEqual([]);
    }
  });
});
