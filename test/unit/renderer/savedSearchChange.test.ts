/** @file Undoing a change of the saved searches takes nothing away that came since. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutChange } from '../../../renderer/state/savedSearchChange.ts';

const search = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), query: fc.constantFrom('sea', 'dog') });
const searches = fc.uniqueArray(search, { selector: ({ name }) => name });
const key = ({ name, query }: { name: string; query: string }) => `${name}: ${query}`;

it('what there was comes back as it was, where nothing came since', () => {
  fc.assert(
    fc.property(searches, searches, (before, after) => {
      expect(withoutChange(after, before, after)).toEqual(before);
    }),
  );
});

it('a search that came since stays, one that the change took away is back, and each name is there once', () => {
  fc.assert(
    fc.property(searches, searches, searches, (now, before, after) => {
      const keys = (all: readonly { name: string; query: string }[]) => new Set(all.map(key));
      const undone = withoutChange(now, before, after);
      const since = now.filter((one) => !keys(after).has(key(one)));
      const gone = before.filter((one) => !keys(after).has(key(one)));
      expect(new Set(undone.map(({ name }) => name)).size).toBe(undone.length);
      if (now.length !== after.length || now.some((one, place) => key(one) !== key(after[place] ?? one))) {
        for (const one of since) expect(keys(undone)).toContain(key(one));
      }
      for (const one of gone) expect(undone.map(({ name }) => name)).toContain(one.name);
    }),
  );
});
