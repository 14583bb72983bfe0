/** @file The real command with the bundled model on the demo photos: captions, answers, interruptions, damaged files. */
import { cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  assertBuilt,
  captionsIn,
  captionsKept,
  demoCheckpoint,
  demoPhotos,
  emptyFolder,
  entry,
  sourceEntry,
  startProcess,
  startVignette,
  vignette,
} from './vignetteProcess.ts';

const expectedSchema = z.object({
  answers: z.array(
    z.object({ file: z.string(), prompt: z.string(), beams: z.int(), ids: z.array(z.int()), text: z.string() }),
  ),
});

async function expectedAnswers() {
  const raw: unknown = JSON.parse(await readFile(path.join(demoPhotos, 'expected.json'), 'utf8'));
  return expectedSchema.parse(raw).answers;
}

/** The plain JSON that the reference's captions make, written as Python writes it: sorted, no newline at the end. */
async function expectedDocument(beams: number): Promise<string> {
  const captions = (await expectedAnswers())
    .filter((answer) => answer.prompt === 'a photo of' && answer.beams === beams)
    .map(({ file, text }) => ({ stem: path.parse(file).name, text }))
    .sort((a, b) => (a.stem < b.stem ? -1 : 1));
  expect(captions).toHaveLength(30);
  const members = captions.map(({ stem, text }) => `  ${JSON.stringify(stem)}: [\n    ${JSON.stringify(text)}\n  ]`);
  return `{\n${members.join(',\n')}\n}`;
}

/** Files that look as if they were being written are waited for. */
const longAgo = new Date('2024-05-01T10:00:00Z');

beforeAll(assertBuilt);

describe('vignette caption with the demo model', () => {
  it.each([1, 5])("writes the reference's captions of the demo photos, byte for byte, with %i beams", async (beams) => {
    const folder = await emptyFolder();
    const args = ['caption', demoPhotos, '--out', 'captions.json', '--beams', String(beams)];
    const result = await vignette(folder, args);
    expect(result.err).toContain('30 photos captioned.');
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(await readFile(path.join(folder, 'captions.json'), 'utf8')).toBe(await expectedDocument(beams));
    expect((await readdir(folder)).sort()).toEqual(['captions.json', 'library']);
  });

  it('answers questions about all photos of a folder as the reference does, into a document, and none of them twice', async () => {
    const folder = await emptyFolder();
    const question = 'what is the ground?';
    const expected = (await expectedAnswers()).filter(({ prompt, beams }) => prompt === question && beams === 1);
    expect(expected.length).toBeGreaterThan(0);
    const args = ['ask', demoPhotos, question, '--field', 'ground', '--out', 'answers.jsonl'];
    const first = await vignette(folder, args);
    expect(first).toMatchObject({ code: 0, out: '' });
    expect(first.err).toContain('Questions about 30 photos answered. Written to');
    const document = await readFile(path.join(folder, 'answers.jsonl'), 'utf8');
    for (const { file, text } of expected) {
      const line = document.split('\n').find((one) => one.includes(path.basename(file)));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ ground: text });
    }
    const second = await vignette(folder, args);
    expect(second.err).toContain('Questions about 0 photos answered, 30 already done.');
    expect(await readFile(path.join(folder, 'answers.jsonl'), 'utf8')).toBe(document);
  });

  it('says of a text that it was cut off at its maximum length, then and later', async () => {
    const folder = await emptyFolder();
    const [{ file = '' } = {}] = await expectedAnswers();
    const photo = path.join(demoPhotos, file);
    const caption = async (...args: string[]) => await vignette(folder, ['caption', photo, '--json', ...args]);
    const [cut, earlier, whole] = [
      await caption('--max-new-tokens', '3'),
      await caption('--max-new-tokens', '3'),
      await caption(),
    ];
    expect(cut.err).toContain('The text reached its maximum length and was cut off.');
    const warnings = [{ code: 'ANSWER_CUT', message: 'The text reached its maximum length and was cut off.' }];
    expect(JSON.parse(cut.out)).toMatchObject({ warnings });
    expect(JSON.parse(earlier.out)).toEqual(JSON.parse(cut.out));
    expect(JSON.parse(whole.out)).not.toHaveProperty('warnings');
    const asked = await vignette(folder, ['ask', photo, 'what is in the picture?', '--json', '--max-new-tokens', '1']);
    expect(JSON.parse(asked.out)).toMatchObject({ warnings });
  });

  it('names what it cannot open, captions the rest and exits with 3', async () => {
    const folder = await emptyFolder();
    const photos = path.join(folder, 'photos');
    await mkdir(photos);
    const good = path.join(demoPhotos, 'Coast', 'IMG_1000.jpg');
    await cp(good, path.join(photos, 'good.jpg'));
    await writeFile(path.join(photos, 'empty.jpg'), '');
    await writeFile(path.join(photos, 'words.jpg'), 'these are words');
    await writeFile(path.join(photos, 'cut.jpg'), (await readFile(good)).subarray(0, 700));
    for (const name of await readdir(photos)) await utimes(path.join(photos, name), longAgo, longAgo);
    const result = await vignette(folder, ['caption', 'photos', '--json']);
    expect(result.code).toBe(3);
    const lines = result.out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(4);
    expect(lines).toContainEqual(
      expect.objectContaining({
        path: 'photos/good.jpg',
        caption: 'three white boats on the blue sea with a blue balloon in the sky at sunset',
      }),
    );
    for (const name of ['empty', 'words', 'cut']) {
      expect(result.err).toContain(`Failed: photos/${name}.jpg: `);
    }
  });
});

describe('vignette ask with the demo model', () => {
  it("answers as the reference does, with the reference's tokens", async () => {
    const folder = await emptyFolder();
    const reference = (await expectedAnswers()).find(({ prompt }) => prompt === 'what is the ground?');
    expect(reference).toBeDefined();
    const photo = path.join(demoPhotos, reference?.file ?? '');
    const result = await vignette(folder, ['ask', photo, 'what is the ground?', '--json']);
    expect(JSON.parse(result.out)).toMatchObject({
      image: photo,
      model: 'demo',
      prompt: 'what is the ground?',
      text: reference?.text,
      tokenIds: reference?.ids,
    });
    expect(result.code).toBe(0);
  });
});

/** Slow enough that a signal meets the run in its middle. */
const longRun = [
  'caption',
  ...['Coast', 'Town'].map((name) => path.join(demoPhotos, name)),
  ...['--out', 'captions.json', '--beams', '24', '--min-new-tokens', '63'],
];
const longRunPhotos = 12;

describe.skipIf(process.platform === 'win32')(
  'an interrupted run of the real command (Windows sends no signals to single processes)',
  { timeout: 180_000 },
  () => {
    it('loses nothing to kill -9, ends with 130 on Ctrl-C, and is finished by the same command', async () => {
      const folder = await emptyFolder();
      const killed = startVignette(folder, longRun);
      await captionsKept(folder, 1);
      killed.child.kill('SIGKILL');
      expect((await killed.ended).signal).toBe('SIGKILL');
      const keptByThen = await captionsIn(folder);
      const { child, ended } = startVignette(folder, longRun);
      await captionsKept(folder, keptByThen + 1);
      child.kill('SIGINT');
      const interrupted = await ended;
      expect(interrupted.code).toBe(130);
      expect(interrupted.err).toContain('Run the same command again to continue.');
      const keys = Object.keys(JSON.parse(await readFile(path.join(folder, 'captions.json'), 'utf8')));
      expect(keys.length).toBeGreaterThan(keptByThen);
      expect(keys.length).toBeLessThan(longRunPhotos);
      const finished = await vignette(folder, longRun);
      expect(finished.code).toBe(0);
      expect(finished.err).toContain(`${longRunPhotos - keys.length} photos captioned, ${keys.length} already done.`);
      expect((await readdir(folder)).sort()).toEqual(['captions.json', 'library']);
      const captions = JSON.parse(await readFile(path.join(folder, 'captions.json'), 'utf8'));
      expect(Object.keys(captions)).toHaveLength(longRunPhotos);
    });
  },
);

describe('the streams of the real command', () => {
  it.skipIf(process.platform === 'win32')('end quietly when the reader goes away (in a POSIX shell)', async () => {
    const folder = await emptyFolder();
    const script = `"${process.execPath}" "${entry}" caption "${demoPhotos}" | head -n 1`;
    const { out, err } = await startProcess('sh', ['-c', script], folder).ended;
    expect(out).toMatch(/^[^\n]+\t[^\n]+\n$/);
    expect(err).not.toMatch(/EPIPE|Error|vignette:/);
  });

  it('tell bad usage by exit code 2 and a sentence on stderr', async () => {
    const folder = await emptyFolder();
    expect(await vignette(folder, ['export', 'dogs'])).toMatchObject({ code: 2, out: '' });
  });

  it('are the same when the command starts from its sources, as in a checkout', async () => {
    const folder = await emptyFolder();
    const photo = path.join(demoPhotos, 'Coast', 'IMG_1000.jpg');
    const { ended } = startProcess(process.execPath, [sourceEntry, 'ask', photo, 'what is the ground?'], folder);
    expect(await ended).toMatchObject({ code: 0, out: 'sea\n' });
  });
});

describe('vignette models with a real checkpoint', { timeout: 180_000 }, () => {
  it('imports, lists, verifies, uses and removes it', async () => {
    const folder = await emptyFolder();
    expect(await vignette(folder, ['models', 'import', demoCheckpoint, '--id', 'mine'])).toMatchObject({
      code: 0,
      out: 'mine\n',
    });
    const listed = await vignette(folder, ['models', 'list', '--json']);
    expect(JSON.parse(listed.out)).toMatchObject([
      { id: 'demo', kind: 'generator', bundled: true },
      { id: 'demo-matching', kind: 'matcher', bundled: true },
      { id: 'mine', bundled: false },
    ]);
    expect((await vignette(folder, ['models', 'import', demoCheckpoint, '--id', 'mine'])).code).toBe(1);
    expect((await vignette(folder, ['models', 'import', demoCheckpoint, '--id', '../mine'])).code).toBe(1);
    expect((await vignette(folder, ['models', 'verify', 'mine'])).code).toBe(0);
    const photo = path.join(demoPhotos, 'Coast', 'IMG_1000.jpg');
    const asked = await vignette(folder, ['ask', photo, 'a photo of', '--json']);
    expect(JSON.parse(asked.out)).toMatchObject({ model: 'mine' });
    expect((await vignette(folder, ['models', 'remove', 'mine'])).code).toBe(0);
    expect(await readdir(path.join(folder, 'library', 'models'))).toEqual([]);
    expect((await vignette(folder, ['models', 'remove', 'demo'])).code).toBe(1);
  });
});
