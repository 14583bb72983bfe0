/** @file The prompt of one photo: its folder, its name, its date. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LazyExifTool } from '../../../main/library/files/exifTool.ts';
import { PictureProcesses } from '../../../main/library/images/process/pictureProcesses.ts';
import { filledPrompt, promptForFile } from '../../../main/library/prompting/photoPrompt.ts';
import { photoVariables, promptTemplate, questionVariable } from '../../../main/library/prompting/promptTemplate.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function photoIn(folder: string, name: string, taken?: string): Promise<string> {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  const file = path.join(temporary.path, folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  const picture = sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } });
  const dated = taken === undefined ? picture : picture.withExif({ IFD2: { DateTimeOriginal: taken } });
  await writeFile(file, await dated.jpeg().toBuffer());
  const changed = new Date(2020, 11, 24, 12);
  await utimes(file, changed, changed);
  return file;
}

async function promptOf(source: string, file: string, question?: string): Promise<string> {
  const template = promptTemplate(source, [...photoVariables, questionVariable]);
  return await promptForFile(template, file, { question, startReader: () => new PictureProcesses() });
}

it('names the folder that holds the photo, and the file without its extension', async () => {
  const file = await photoIn('trips/Rome 2024', 'red.car.JPG');
  expect(await promptOf('{folder}: {file}', file)).toBe('Rome 2024: red.car');
});

it('a photo’s prompt holds the tags of a photo in a catalog; a file of its own has none', async () => {
  const file = await photoIn('x', 'a.jpg');
  const facts = { file, question: '', date: async () => '', written: async () => 'beach, two dogs', xmp: vi.fn() };
  expect(await filledPrompt(promptTemplate('a photo of {tags}', photoVariables), facts)).toBe(
    'a photo of beach, two dogs',
  );
  expect(await promptOf('a photo of {tags}', file)).toBe('a photo of');
});

it('a photo’s prompt holds the question that a preset leaves room for', async () => {
  expect(await promptOf('Question: {question} Short answer:', await photoIn('x', 'a.jpg'), 'how many?')).toBe(
    'Question: how many? Short answer:',
  );
});

it('a photo’s prompt tells when the camera took the photo', async () => {
  expect(await promptOf('on {date}', await photoIn('x', 'a.jpg', '2024:05:03 10:11:12'))).toBe('on 3 May 2024');
});

it.each([
  ['no date', undefined],
  ['a date of zeros', '0000:00:00 00:00:00'],
  ['a month that is none', '2024:13:01 00:00:00'],
])('a photo’s prompt tells when the file was changed where the photo has %s', async (_, taken) => {
  expect(await promptOf('on {date}', await photoIn('x', 'a.jpg', taken))).toBe('on 24 December 2020');
});

it.each([
  ['1923:05:00 00:00:00', 'May 1923'],
  ['1923:00:00 00:00:00', '1923'],
])('a photo’s prompt says of the date %s no more than is known', async (taken, words) => {
  expect(await promptOf('on {date}', await photoIn('x', 'a.jpg', taken))).toBe(`on ${words}`);
});

it('a photo’s prompt takes a date from no other file, whatever the name of this one spells', async () => {
  const file = await photoIn('x', 'a\n-DateTimeOriginal=2001:01:01 00:00:00\nb.jpg');
  expect(await promptOf('on {date}', file)).toBe('on 24 December 2020');
});

it('a photo’s prompt is without a date for a file that is gone, which whoever opens it will say', async () => {
  expect(await promptOf('taken on {date}', '/no/such/photo.jpg')).toBe('taken on');
});

it('a photo’s prompt has what fields of its XMP say, and nothing of a file that is gone', async () => {
  const file = await photoIn('x', 'a.jpg');
  await using exifTool = new LazyExifTool('This test needs');
  const args = [
    ...[
      '-XMP-photoshop:Headline=Two boats',
      '-XMP-dc:Subject=sea',
      '-XMP-dc:Subject=pier',
      '-XMP-xmpRights:WebStatement=3.10',
    ],
    '-XMP-iptcExt:LocationShown={City=Brest,CountryName=France}',
  ];
  await (await exifTool.get()).write(file, {}, { writeArgs: [...args, '-overwrite_original'] });
  const source =
    'a[ {XMP-xmp:Nickname}] photo[: {XMP-photoshop:headline}][ ({XMP-dc:Subject})][ in {XMP-iptcExt:LocationShownCity}][ {XMP-xmpRights:WebStatement}]';
  expect(await promptOf(source, file)).toBe('a photo: Two boats (sea, pier) in Brest 3.10');
  expect(await promptOf(source, '/no/such/photo.jpg')).toBe('a photo');
});
