/** @file What the pictures of the pages show: the demo photos, captioned and asked about by the bundled models. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ServedLibrary } from '../../test/e2e/serve/servedLibrary.ts';
import { eventually } from '../../test/support/eventually.ts';

const maxMs = 120_000;
/** More pixels than are served of a whole photo. */
const largePx = { width: 9000, height: 6000 };

/** As another program writes it. */
const sidecar = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    photoshop:City="Nice" photoshop:Country="France">
    <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Regatta, first day</rdf:li></rdf:Alt></dc:title>
    <dc:subject><rdf:Bag><rdf:li>regatta</rdf:li><rdf:li>balloons</rdf:li></rdf:Bag></dc:subject>
    <Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Anna</rdf:li><rdf:li>Ben</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

export interface Filled {
  readonly askRunId: number;
  /** Of the photo that is opened. */
  readonly photoId: number;
  readonly photoFolder: string;
  readonly pilotId: number;
  readonly comparedIds: readonly number[];
  readonly largeId: number;
}

/** Captions, answers, tags, something doubtful, something out of date, something written by a person. */
export async function fill(library: ServedLibrary): Promise<Filled> {
  const { app, client, photoId, photoFolder } = library;
  const done = (runId: number | null) =>
    eventually(async () => {
      if (runId !== null && (await client.runs.get({ runId })).state !== 'done') throw new Error('not done yet');
    }, maxMs);
  const everything = { query: '' };
  await done((await client.runs.caption({ selection: everything, candidates: 1 })).runId);
  const questions = ['what is in the sky?', 'how many boats are there?', 'what time of day is it?'];
  const { runId: askRunId } = await client.runs.ask({ selection: { query: 'folder:Coast' }, questions });
  await done(askRunId);
  for (const [query, path] of Object.entries({
    'folder:Coast': 'places/sea',
    boat: 'things/boat',
    kite: 'things/kite',
  }))
    await client.tags.edit({ selection: { query }, operation: { type: 'add', paths: [path] } });
  for (const [name, change] of [
    ['IMG_1000.jpg', { kind: 'rating', value: 5 }],
    ['IMG_1000.jpg', { kind: 'label', value: 'green' }],
    ['IMG_1005.jpg', { kind: 'flag', value: 'pick' }],
    ['IMG_1002.jpg', { kind: 'flag', value: 'reject' }],
    ['IMG_1009.jpg', { kind: 'label', value: 'red' }],
  ] as const)
    await client.photos.mark({ selection: { photoIds: [photoId(name)] }, change });
  await client.tags.setVocabulary({ text: 'things/boat {ship} {vessel}\nthings/kite\nplaces/sea {ocean}' });
  await client.photos.writeCaption({ photoId: photoId('IMG_1000.jpg'), text: 'Our three boats, the first evening' });
  app.catalog.runs.within({ kind: 'score', description: { kind: 'score' } }, (runId) => {
    for (const name of ['IMG_1009.jpg', 'IMG_1018.jpg']) {
      const captionScore = { itm: 0.07, doubtful: true, candidates: [{ text: 'a red balloon in the sky', itm: 0.61 }] };
      app.catalog.captions.add(photoId(name), runId, { text: 'a dog on a sofa', source: 'model', captionScore });
    }
  });
  const opened = photoId('IMG_1025.jpg');
  const altText = 'A photo of three sailing boats under three green balloons';
  app.catalog.captions.write(opened, altText, { kind: 'altText' });
  await done((await client.runs.caption({ selection: { photoIds: [opened] }, writes: 'longDescription' })).runId);
  await writeFile(
    join(photoFolder, 'captions.json'),
    JSON.stringify({ IMG_1000: ['three boats'], IMG_1001: ['a car'], x: ['y'] }),
  );
  await writeFile(join(photoFolder, 'Coast', 'IMG_1025.jpg.xmp'), sidecar);
  await eventually(() => {
    if (app.catalog.fileInfo.of(opened).texts.length === 0) throw new Error('The sidecar was not read.');
  }, maxMs);
  for (const question of ['how many balloons are there?', 'what can be seen far away?', 'list the tags of this photo.'])
    for await (const _ of await client.chat.ask({ photoId: opened, question }));
  const tried = { kind: 'caption', again: true } as const;
  const { pilotId } = await client.pilots.start({ selection: { query: '' }, terms: tried });
  await client.pilots.retry({ pilotId: pilotId ?? 1, terms: { ...tried, prompt: 'a picture of' } });
  for (const { run } of (await client.pilots.get({ pilotId: pilotId ?? 1 })).attempts) await done(run.id);
  app.catalog.runs.within({ kind: 'score', description: { kind: 'score' } }, (runId) => {
    for (const [index, name] of ['IMG_1002.jpg', 'IMG_1005.jpg', 'IMG_1007.jpg', 'IMG_1012.jpg'].entries()) {
      const captionScore = { itm: 0.9 + index / 50, doubtful: false, candidates: [] };
      const text = 'boats on the sea under a wide sky';
      app.catalog.captions.add(photoId(name), runId, { text, source: 'model', captionScore });
    }
  });
  await fillFields(library);
  await fillChat(library, opened);
  await client.stacks.stack({ selection: { query: 'folder:Winter' } });
  await client.stacks.stack({ selection: { photoIds: [opened, photoId('IMG_1000.jpg')] } });
  await done((await client.runs.embed({ selection: everything })).runId);
  const savedSearches = ['boat', 'folder:Town', 'doubtful:yes'].map((query) => ({ name: query, query }));
  await client.settings.set({ savedSearches });
  const comparedIds = ['IMG_1025.jpg', 'IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1002.jpg'].map(photoId);
  const largeId = photoId(await addLarge(library));
  return { askRunId: askRunId ?? 1, photoId: opened, photoFolder, pilotId: pilotId ?? 1, comparedIds, largeId };
}

/** One of each type, and one whose answers do not fit. */
async function fillFields({ client }: ServedLibrary): Promise<void> {
  for (const field of [
    { name: 'sky', type: 'list', values: ['clouds', 'balloon', 'balloons'], questions: ['what is in the sky?'] },
    { name: 'boats', type: 'number', values: [], questions: ['how many boats are there?'] },
    { name: 'indoors', type: 'yesNo', values: [], questions: ['is it indoors?'] },
  ] as const)
    await client.fields.save({ ...field, values: [...field.values], questions: [...field.questions] });
}

/** A question with two versions, and one that was asked of many photos. */
async function fillChat({ client }: ServedLibrary, photoId: number): Promise<void> {
  const [first] = (await client.chat.messages({ photoId })).filter(({ text }) => text.includes('far away'));
  if (first === undefined) throw new Error('The conversation is not there.');
  const asked = { photoId, question: 'what can be seen in the distance?', replacesMessageId: first.id };
  for await (const _ of await client.chat.ask(asked));
  for await (const _ of await client.chat.ask({ photoId, question: 'what time of day is it?' }));
}

/** @returns its name */
async function addLarge({ app, client, photoFolder }: ServedLibrary): Promise<string> {
  const name = 'IMG_2000.jpg';
  const picture = sharp(join(photoFolder, 'Coast', 'IMG_1000.jpg')).resize({ ...largePx, fit: 'fill' });
  await picture.jpeg().toFile(join(photoFolder, 'Town', name));
  await client.library.scan({});
  await eventually(() => {
    if (!app.catalog.connection.prepare('SELECT 1 FROM photo WHERE name = ? AND width > 0').get(name))
      throw new Error('The large photo was not read.');
  }, maxMs);
  return name;
}
