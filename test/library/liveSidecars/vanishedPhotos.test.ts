/** @file A photo that leaves the library while its sidecar is brought in step: the others of its batch go on. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, vi } from 'vitest';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import { XmpFiles } from '../../../main/library/interchange/xmpFile.ts';
import { XmpSidecars } from '../../../main/library/interchange/xmpSidecar.ts';
import { LiveSidecars } from '../../../main/library/liveSidecars/liveSidecars.ts';
import { eventually } from '../../support/eventually.ts';
import { it } from '../../support/fixtures.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const sidecar = (text: string) => `<x:xmpmeta xmlns:x='adobe:ns:meta/'>
  <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
  <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:description><rdf:Alt>
  <rdf:li xml:lang='x-default'>${text}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`;

const captions = (catalog: Catalog, ids: readonly number[]) =>
  ids.map((id) => catalog.captions.of(id).map(({ text }) => text));

describe('a photo that leaves the library', () => {
  afterEach(() => vi.restoreAllMocks());

  it.for(['read', 'update', 'changed'] as const)(
    'while sidecars are in hand (%s) keeps no other photo back',
    async (step, { test }) => {
      await using folder = await temporaryFolder();
      const photos = path.join(folder.path, 'photos');
      await mkdir(photos);
      const { catalog } = test;
      catalog.connection.prepare('UPDATE root SET path = ?, path_key = ?').run(photos, photos);
      const ids = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => test.addPhoto(name));
      const [, gone = 0] = ids;
      for (const name of ['a', 'b', 'c']) {
        await writeFile(path.join(photos, `${name}.jpg`), 'no picture');
        await writeFile(path.join(photos, `${name}.jpg.xmp`), sidecar(`${name} there`));
      }
      const before = await readFile(path.join(photos, 'b.jpg.xmp'), 'utf8');
      for (const id of ids)
        catalog.tags.add(id, catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Import' } }), {
          path: 'here',
          source: 'import',
        });
      catalog.folders.setLiveSidecars(1, true);
      // When all were read, as the first is to be written, or when ExifTool has made what is to be written.
      let left = step === 'read' ? ids.length : 1;
      const leave = () => {
        left -= 1;
        if (left === 0) catalog.places.delete(gone);
      };
      const { read, update } = XmpSidecars.prototype;
      const { changed } = XmpFiles.prototype;
      if (step === 'read') {
        vi.spyOn(XmpSidecars.prototype, 'read').mockImplementation(async function (this: XmpSidecars, ...args) {
          return await Reflect.apply(read, this, args).finally(leave);
        });
      } else if (step === 'update') {
        vi.spyOn(XmpSidecars.prototype, 'update').mockImplementation(async function (this: XmpSidecars, ...args) {
          leave();
          return await Reflect.apply(update, this, args);
        });
      } else {
        vi.spyOn(XmpFiles.prototype, 'changed').mockImplementation(async function (this: XmpFiles, ...args) {
          return await Reflect.apply(changed, this, args).finally(leave);
        });
      }
      const failures: unknown[] = [];
      await using live = new LiveSidecars({
        catalog,
        temporaryFolder: folder.path,
        quietMs: 0,
        onFailure: (error) => failures.push(error),
      });
      live.start();
      const rest = ids.filter((id) => id !== gone);
      await eventually(() => expect(rest.map((id) => catalog.liveSidecars.of(id)?.tags)).toEqual([['here'], ['here']]));
      expect(captions(catalog, rest)).toEqual([['a there'], ['c there']]);
      expect(failures).toEqual([]);
      expect(await readFile(path.join(photos, 'b.jpg.xmp'), 'utf8')).toBe(before);
      expect((await readdir(photos)).length).toBe(6);
    },
  );
});
