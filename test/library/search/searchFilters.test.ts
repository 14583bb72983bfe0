/** @file Every filter of the query language, against photos of which it is known what they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogConnection } from '../../../main/library/catalog/connection.ts';
import { storeFileInfo } from '../../../main/library/catalog/photos/fileInfo.ts';
import { refreshPhotoText } from '../../../main/library/catalog/search/photoText.ts';
import { fieldNames } from '../../../main/library/query/fields.ts';
import { type FileInfo, noFileInfo } from '../../../schemas/fileInfo.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { nowMs, type SearchLibrary, searchLibrary } from './searchLibrary.ts';

const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).getTime();
const taken = (local: string, offsetMinutes: number | null) => ({
  taken_local: local,
  taken_offset_minutes: offsetMinutes,
  taken_at_ms: Date.parse(`${local}Z`) - (offsetMinutes ?? 0) * 60_000,
});

/** Each filter of the language with the photos that it finds, among those below. */
const finds: readonly (readonly [query: string, ...names: string[]])[] = [
  ['tag:beach', 'IMG_1.jpg', 'IMG_2.heic'],
  ['tag:BEACH', 'IMG_1.jpg', 'IMG_2.heic'],
  ['tag:places', 'IMG_1.jpg', 'Müller.png'],
  ['tag:france', 'IMG_1.jpg'],
  ['tag:places/france', 'IMG_1.jpg'],
  ['tag:"places/france/"', 'IMG_1.jpg'],
  ['tag:fran', ...[]],
  ['tag:fran*', 'IMG_1.jpg'],
  ['tag:=places', ...[]],
  ['tag:=beach', 'IMG_1.jpg', 'IMG_2.heic'],
  ['tag:=places/france/nice', 'IMG_1.jpg'],
  ['tag:=*/spain', 'Müller.png'],
  ['tag:"either\\or"', 'Müller.png'],
  ['tag:=places/either\\or', 'Müller.png'],
  ['tag:or', ...[]],
  ['tag:none', 'old.tif'],
  ['tag:any', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['tagged:no', 'old.tif'],
  ['Tagged:NO', 'old.tif'],
  ['tagged:yes', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['folder:2024', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['folder:2024/trip', 'IMG_1.jpg', 'IMG_2.heic'],
  ['folder:2024\\trip', 'IMG_1.jpg', 'IMG_2.heic'],
  ['folder:trip', 'IMG_1.jpg', 'IMG_2.heic'],
  ['folder:=photos/2024', 'Müller.png'],
  ['folder:/photos', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['folder:20*/trip', 'IMG_1.jpg', 'IMG_2.heic'],
  ['folder:202', ...[]],
  ['name:IMG_*', 'IMG_1.jpg', 'IMG_2.heic'],
  ['name:img_?.jpg', 'IMG_1.jpg'],
  ['name:g_1', 'IMG_1.jpg'],
  ['name:=img_1', ...[]],
  ['name:=img_1.jpg', 'IMG_1.jpg'],
  ['name:muller', 'Müller.png'],
  ['caption:dog', 'IMG_1.jpg'],
  ['caption:"dog on a"', 'IMG_1.jpg'],
  ['caption:jpg', ...[]],
  ['caption:none', 'old.tif'],
  ['captioned:no', 'old.tif'],
  ['captioned:yes', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['alt:sofa', 'IMG_2.heic'],
  ['caption:sofa', ...[]],
  ['sofa', 'IMG_2.heic'],
  ['alt:none', 'IMG_1.jpg', 'Müller.png', 'old.tif'],
  ['description:curtains', 'IMG_2.heic'],
  ['description:sofa', ...[]],
  ['description:any', 'IMG_2.heic'],
  ['title:harbours', 'IMG_1.jpg'],
  ['title:"the harbour"', 'IMG_1.jpg'],
  ['title:brest', ...[]],
  ['title:none', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['title:any', 'IMG_1.jpg'],
  ['keyword:orte/frankreich', 'IMG_1.jpg'],
  ['keyword:frankreich', 'IMG_1.jpg'],
  ['keyword:frankr', ...[]],
  ['keyword:frank*', 'IMG_1.jpg'],
  ['keyword:=Meer', 'IMG_1.jpg', 'IMG_2.heic'],
  ['keyword:beach', ...[]],
  ['keyword:none', 'Müller.png', 'old.tif'],
  ['tag:meer', ...[]],
  ['person:ann', 'IMG_1.jpg', 'IMG_2.heic'],
  ['person:="ann example"', 'IMG_1.jpg'],
  ['person:bjork', 'IMG_2.heic'],
  ['person:any', 'IMG_1.jpg', 'IMG_2.heic'],
  ['place:brest', 'IMG_1.jpg'],
  ['place:=FRA', 'IMG_1.jpg'],
  ['place:="old port, brest, france, fra"', 'IMG_1.jpg'],
  ['place:="port, brest"', ...[]],
  ['place:"port, brest"', 'IMG_1.jpg'],
  ['place:quimper', 'IMG_1.jpg'],
  ['place:none', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['label:red', 'IMG_2.heic'],
  ['label:the', ...[]],
  ['label:any', 'IMG_2.heic'],
  ['label:none', 'IMG_1.jpg', 'Müller.png', 'old.tif'],
  ['meer', 'IMG_1.jpg', 'IMG_2.heic'],
  ['caption:meer', ...[]],
  ['photographer', 'IMG_1.jpg'],
  ['red', ...[]],
  ['taken:2024', 'IMG_1.jpg', 'Müller.png'],
  ['taken:2024-05', 'IMG_1.jpg'],
  ['taken:2024-05-31', 'IMG_1.jpg'],
  ['taken:2024-05-31T23', 'IMG_1.jpg'],
  ['taken:2024-05-31T23:30', 'IMG_1.jpg'],
  ['taken:2024-05-31T23:31', ...[]],
  ['taken:2024-05..2024-07', 'IMG_1.jpg'],
  ['taken:>2024-05', ...[]],
  ['taken:>=2024-05', 'IMG_1.jpg'],
  ['taken:<2024', 'IMG_2.heic'],
  ['taken:<=2024-01-01', 'IMG_2.heic', 'Müller.png'],
  ['taken:2024-01-01', 'Müller.png'],
  ['taken:none', 'old.tif'],
  ['taken:any', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['added:today', 'IMG_1.jpg'],
  ['added:yesterday', 'IMG_2.heic'],
  ['added:7d', 'IMG_1.jpg', 'IMG_2.heic'],
  ['added:<7d', 'Müller.png', 'old.tif'],
  ['added:2024-06', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['modified:2020', 'old.tif'],
  ['modified:>=2024-05-01', 'IMG_1.jpg'],
  ['answer:"is it indoors?"=yes', 'IMG_2.heic'],
  ['answer:"Is it  INDOORS"=Yes.', 'IMG_2.heic'],
  ['answer:"is it indoors?"=n*', 'IMG_1.jpg'],
  ['answer:"is it indoors?"', 'IMG_1.jpg', 'IMG_2.heic'],
  ['answer:*indoors?=yes', 'IMG_2.heic'],
  ['answer:*=yes', 'IMG_2.heic', 'Müller.png'],
  ['answer:"is it outdoors?"', ...[]],
  ['answer:none', 'old.tif'],
  ['asked:any', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['asked:today', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png'],
  ['asked:none', 'old.tif'],
  ['itm:<0.5', 'IMG_1.jpg'],
  ['itm:0.2..0.5', 'IMG_1.jpg'],
  ['itm:0.3', 'IMG_1.jpg'],
  ['itm:0.9', 'IMG_2.heic'],
  ['itm:0.90', ...[]],
  ['itm:none', 'Müller.png', 'old.tif'],
  ['source:human', 'IMG_1.jpg', 'Müller.png'],
  ['source:model', 'IMG_2.heic'],
  ['approved:yes'],
  ['approved:no source:model', 'IMG_2.heic'],
  ['source:import', ...[]],
  ['model:blip2', 'IMG_2.heic'],
  ['model:=blip2', ...[]],
  ['model:=blip2-opt-2.7b', 'IMG_2.heic'],
  ['model:none', 'IMG_1.jpg', 'Müller.png', 'old.tif'],
  ['doubtful:yes', 'IMG_1.jpg'],
  ['doubtful:no', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['stale:yes', 'Müller.png'],
  ['failed:yes', 'IMG_2.heic', 'old.tif'],
  ['failed:no', 'IMG_1.jpg', 'Müller.png'],
  ['missing:yes', 'gone.jpg'],
  ['missing:no', 'IMG_1.jpg', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['-missing:no', 'gone.jpg'],
  ['offline:yes', ...[]],
  ['width:>4000', 'Müller.png'],
  ['width:4000', 'IMG_1.jpg'],
  ['-width:>4000', 'IMG_1.jpg', 'IMG_2.heic', 'old.tif'],
  ['height:<=1080', 'IMG_2.heic'],
  ['megapixels:12', 'IMG_1.jpg'],
  ['megapixels:>=12', 'IMG_1.jpg', 'Müller.png'],
  ['orientation:landscape', 'IMG_1.jpg'],
  ['orientation:portrait', 'IMG_2.heic'],
  ['orientation:square', 'Müller.png'],
  ['size:>5MB', 'IMG_1.jpg'],
  ['size:2MiB', 'IMG_2.heic'],
  ['size:<=1', 'Müller.png', 'old.tif'],
  ['format:heic', 'IMG_2.heic'],
  ['format:jpg', 'IMG_1.jpg'],
  ['format:j', ...[]],
  ['camera:canon', 'IMG_1.jpg'],
  ['camera:"canon eos r5"', 'IMG_1.jpg'],
  ['camera:="Canon EOS R5"', 'IMG_1.jpg'],
  ['camera:"apple iphone"', 'IMG_2.heic'],
  ['camera:none', 'Müller.png', 'old.tif'],
  ['lens:50mm', 'IMG_1.jpg'],
  ['lens:none', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['iso:100..400', 'IMG_1.jpg'],
  ['iso:none', 'Müller.png', 'old.tif'],
  ['aperture:<=2.8', 'IMG_1.jpg'],
  ['aperture:2.8', 'IMG_1.jpg'],
  ['focal:50', 'IMG_1.jpg'],
  ['exposure:1/250', 'IMG_1.jpg'],
  ['exposure:>=1/30', 'IMG_2.heic'],
  ['exposure:2s', 'IMG_2.heic'],
  ['rating:>=4', 'IMG_1.jpg'],
  ['rating:none', 'IMG_2.heic', 'Müller.png'],
  ['rating:<4', 'old.tif'],
  ['flag:pick', 'Müller.png'],
  ['flag:reject', 'old.tif'],
  ['flag:none', 'IMG_1.jpg', 'IMG_2.heic'],
  ['gps:yes', 'IMG_1.jpg'],
  ['gps:no', 'IMG_2.heic', 'Müller.png', 'old.tif'],
  ['within:43.6,7.1,43.8,7.4', 'IMG_1.jpg'],
  ['within:43.6,7.4,43.8,7.1', ...[]],
  ['within:43.6,7.2,43.8,-170', 'IMG_1.jpg'],
  ['within:43,7.1,43.1,7.4', ...[]],
  ['near:43.7,7.25,5km', 'IMG_1.jpg'],
  ['near:43.7,7.25,1m', ...[]],
  ['near:43.7,7.3,5km', 'IMG_1.jpg'],
  ['run:1', 'IMG_2.heic'],
  ['run:99', ...[]],
  ['stack:any', 'Müller.png', 'old.tif'],
  ['stack:none', 'IMG_1.jpg', 'IMG_2.heic'],
];

const source = { property: 'XMP-dc:Title', sidecar: null };

function sayInFile(connection: CatalogConnection, name: string, info: FileInfo): void {
  const id = connection.prepare<[string], number>('SELECT id FROM photo WHERE name = ?').pluck().get(name) ?? 0;
  connection.write(() => {
    storeFileInfo(connection, id, info);
    refreshPhotoText(connection, id);
  });
}

describe('A filter', () => {
  let library: SearchLibrary;

  beforeAll(async () => {
    library = await searchLibrary();
    const { catalog, add } = library;
    const { connection } = catalog;
    const modelRun = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Captions' } });
    connection.prepare('UPDATE run SET model = ? WHERE id = ?').run(JSON.stringify({ id: 'blip2-opt-2.7b' }), modelRun);
    add('IMG_1.jpg', {
      folder: '2024/trip/day 1',
      caption: 'A dog on a beach',
      tags: ['beach', 'places/France/Nice'],
      answers: { 'Is it indoors?': 'no', 'How many dogs?': '1' },
      columns: {
        ...taken('2024-05-31T23:30:00', -600),
        added_at_ms: at(2024, 6, 15, 1),
        modified_ms: at(2024, 5, 31),
        size_bytes: 6_000_000,
        format: 'jpeg',
        width: 4000,
        height: 3000,
        camera_make: 'Canon',
        camera_model: 'Canon EOS R5',
        lens: 'EF50mm f/1.8',
        iso: 200,
        exposure_s: 1 / 250,
        aperture: 2.8,
        focal_length_mm: 50,
        rating: 5,
        latitude: 43.71,
        longitude: 7.26,
      },
    });
    const second = add('IMG_2.heic', {
      folder: '2024/trip',
      tags: ['beach'],
      answers: { 'is it indoors': 'Yes' },
      columns: {
        ...taken('2023-12-31T20:00:00', 0),
        added_at_ms: at(2024, 6, 14, 23),
        modified_ms: at(2023, 12, 31),
        size_bytes: 2_097_152,
        format: 'heic',
        width: 810,
        height: 1080,
        camera_make: 'Apple',
        camera_model: 'iPhone 15',
        iso: 800,
        exposure_s: 2,
        aperture: 5.6,
        focal_length_mm: 26,
        problem_code: 'IMAGE_DAMAGED',
      },
    });
    catalog.captions.add(second, modelRun, { text: 'a room', source: 'model' });
    catalog.captions.add(second, modelRun, { kind: 'altText', text: 'A sofa', source: 'model' });
    catalog.captions.add(second, modelRun, { kind: 'longDescription', text: 'Long curtains', source: 'model' });
    const third = add('Müller.png', {
      folder: '2024',
      caption: 'a map',
      tags: ['places/Spain', 'places/either\\or'],
      answers: { 'Is it a map?': 'yes' },
      columns: {
        ...taken('2024-01-01T00:00:00', null),
        added_at_ms: at(2024, 6, 1),
        modified_ms: at(2024, 1, 1),
        format: 'png',
        width: 5000,
        height: 5000,
      },
    });
    library.editPhoto(third);
    const last = add('old.tif', { folder: '1999', columns: { modified_ms: at(2020, 3, 1), format: 'tiff' } });
    connection
      .prepare(`INSERT INTO job (run_id, photo_id, state, created_at_ms) VALUES (?, ?, 'set-aside', 0)`)
      .run(modelRun, last);
    connection.database.exec(
      `UPDATE photo SET shown_itm = 0.3, shown_doubtful = 1 WHERE name = 'IMG_1.jpg';
       UPDATE photo SET shown_itm = 0.91, shown_doubtful = 0 WHERE name = 'IMG_2.heic'`,
    );
    sayInFile(connection, 'IMG_1.jpg', {
      texts: [
        { kind: 'title', text: 'The harbour', ...source },
        { kind: 'creator', text: 'A photographer', ...source },
      ],
      keywords: ['Orte/Frankreich', 'Meer'].map((path) => ({ path, ...source })),
      people: [{ name: 'Ann Example', region: null, ...source }],
      places: [
        {
          kind: 'located',
          sublocation: 'Old port',
          city: 'Brest',
          state: null,
          country: 'France',
          countryCode: 'FRA',
          ...source,
        },
        { kind: 'taken', sublocation: null, city: 'Quimper', state: null, country: null, countryCode: null, ...source },
      ],
      rating: null,
    });
    sayInFile(connection, 'IMG_2.heic', {
      ...noFileInfo,
      texts: [{ kind: 'label', text: 'Red', ...source }],
      keywords: [{ path: 'meer', ...source }],
      people: ['Björk', 'ANN'].map((name) => ({ name, region: null, ...source })),
    });
    const sort = catalog.runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Sort' } });
    catalog.marks.apply(third, sort, { kind: 'flag', value: 'pick' });
    catalog.marks.apply(last, sort, { kind: 'flag', value: 'reject' });
    catalog.marks.apply(last, sort, { kind: 'rating', value: 2 });
    catalog.stacks.apply({
      placed: [third, last].map((photoId, rank) => ({ photoId, stackId: third, rank })),
      left: [],
    });
    add('gone.jpg', { columns: { missing_since_ms: nowMs } });
  });

  afterAll(() => library[Symbol.asyncDispose]());

  it.each(finds)('%s', (query, ...names) => {
    expect(library.find(query)).toEqual(names);
  });

  it.each(finds)('%s, negated, finds all other photos', (query, ...names) => {
    const all = library.find(query.includes('missing') ? 'missing:yes OR missing:no' : '');
    expect(library.find(`-(${query})`)).toEqual(all.filter((name) => !names.includes(name)));
  });

  it('of every field is among these', () => {
    const tested = new Set(finds.map(([query]) => query.replace(/^-/, '').split(':')[0]));
    // What is similar, vectors know: searchPhotos.test.ts.
    expect(fieldNames.filter((name) => !tested.has(name))).toEqual(['similar']);
  });

  it('of any kind combines with any other: the page, the ids and the count agree, and so does what is left', () => {
    const random = randomNumbers(7);
    const pick = () => finds[Math.floor(random() * finds.length)]?.[0] ?? '';
    const all = library.find('missing:yes OR missing:no').length;
    for (let round = 0; round < 400; round += 1) {
      const joint = random() < 0.5 ? ' OR ' : ' ';
      const query = `${pick()}${joint}-(${pick()} ${random() < 0.5 ? 'dog' : '-a*'}) (missing:yes OR missing:no)`;
      expect(library.find(query).length + library.find(`-(${query}) (missing:yes OR missing:no)`).length, query).toBe(
        all,
      );
    }
  });

  it('finds photos on a drive that is away, but none in a folder that was taken out of the library', async () => {
    await using places = await searchLibrary();
    places.catalog.connection.database.exec(
      `INSERT INTO root (id, path, path_key, name_rule, state, watched, added_at_ms)
         VALUES (2, 'E:\\Away', 'e:\\away', 'exact', 'offline', 1, 0), (3, '/removed', '/removed', 'exact', 'removed', 1, 0);
       INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (20, 2, '', ''), (21, 2, '2024', '2024'), (30, 3, '', '')`,
    );
    places.add('away.jpg', { columns: { folder_id: 21 } });
    places.add('here.jpg');
    places.add('removed.jpg', { columns: { folder_id: 30 } });
    expect(places.find('')).toEqual(['away.jpg', 'here.jpg']);
    expect(places.find('offline:yes')).toEqual(['away.jpg']);
    expect(places.find('offline:no')).toEqual(['here.jpg']);
    expect(places.find('folder:E:\\Away\\2024')).toEqual(['away.jpg']);
  });
});

describe('A photo of whose date only the beginning is known', () => {
  it.each<[query: string, ...names: string[]]>([
    ['taken:1923', 'day', 'month', 'time', 'year'],
    ['taken:1923-05', 'day', 'month', 'time'],
    ['taken:1923-01', ...[]],
    ['taken:1923-05-07', 'day', 'time'],
    ['taken:1923-05-07T10', 'time'],
    ['taken:1923-05-01', ...[]],
    ['taken:1920..1925', 'day', 'month', 'time', 'year'],
    ['taken:1923-02..1923-08', 'day', 'month', 'time'],
    ['taken:1923-05-02..1923-06', 'day', 'time'],
    ['taken:<1923-06', 'day', 'month', 'time'],
    ['taken:<=1923', 'day', 'month', 'time', 'year'],
    ['taken:<1923-05-07', ...[]],
    ['taken:>1923', ...[]],
    ['taken:>=1923', 'day', 'month', 'time', 'year'],
    ['taken:>=1923-05', 'day', 'month', 'time'],
    ['taken:>1923-05', ...[]],
    ['taken:none', 'never'],
    ['taken:any', 'day', 'month', 'time', 'year'],
  ])('is found by %s only where all of that time lies within', async (query, ...names) => {
    await using library = await searchLibrary();
    const dates = { year: '1923', month: '1923-05', day: '1923-05-07', time: '1923-05-07T10:11:12' };
    for (const [name, local] of Object.entries(dates)) {
      const full = `${local}${'0000-01-01T00:00:00'.slice(local.length)}`;
      library.add(name, { columns: { taken_local: local, taken_at_ms: Date.parse(`${full}Z`) } });
    }
    library.add('never');
    expect(library.find(query)).toEqual(names);
  });
});

describe('The distance of near:', () => {
  /** Great circles of a sphere, as tables of distances have them. */
  it.each<[what: string, latitude: number, longitude: number, from: string, within: string, beyond: string]>([
    ['a degree of longitude at 60° north is half of one at the equator', 60, 11, '60,10', '56km', '55km'],
    ['and at the equator', 0, 11, '0,10', '112km', '111km'],
    ['as far south', -60, 11, '-60,10', '56km', '55km'],
    ['a degree of latitude anywhere', 61, 10, '60,10', '112km', '111km'],
    ['London to Paris', 48.8566, 2.3522, '51.5074,-0.1278', '344km', '343km'],
    ['over the date line', -17, -179.9, '-17,179.9', '22km', '21km'],
    ['over the pole', 89.5, 180, '89.5,0', '112km', '111km'],
    ['to the other side of the world', 48, -175, '-48,5', '20016km', '20000km'],
  ])('%s', async (_what, latitude, longitude, from, within, beyond) => {
    await using library = await searchLibrary();
    library.add('there.jpg', { columns: { latitude, longitude } });
    library.add('nowhere.jpg');
    expect(library.find(`near:${from},${within}`)).toEqual(['there.jpg']);
    expect(library.find(`near:${from},${beyond}`)).toEqual([]);
  });
});
