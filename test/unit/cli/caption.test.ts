/** @file `vignette caption` on real folders with a fake model: what is captioned, what is said, how it ends. */

import { mkdir, readdir, symlink } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diskReader } from '../../../main/library/photos/findPhotos.ts';
import { RemoteError, serializeError, VignetteError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { answerOf, CliDouble, type FakeAnswer, modelCalled, nameAnswer } from './cliDouble.ts';

function failingOn(name: string, error: Error): FakeAnswer {
  return (request, tools) => {
    if (request.image.endsWith(name)) {
      throw error;
    }
    return nameAnswer(request, tools);
  };
}

const corrupt = new RemoteError(
  serializeError(new ImageError('IMAGE_CORRUPT', 'This file is damaged (the JPEG ends early).')),
);

describe('vignette caption', () => {
  it('takes patterns that no shell expanded, and addresses', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/1.jpg', 'p/2.jpg', 'p/3.png', 'q/a photo.jpg');
    const address = pathToFileURL(cli.path('q', 'a photo.jpg')).href;
    const result = await cli.run([
      'caption',
      'p/*.jpg',
      address,
      '--out',
      pathToFileURL(cli.path('captions.json')).href,
    ]);
    expect(result).toMatchObject({ code: 0 });
    expect(Object.keys(JSON.parse(await cli.read('captions.json')))).toEqual(['1', '2', 'a photo']);
    expect((await cli.run(['caption', '*.gif', '--out', 'none.json'])).err).toContain('matches this pattern');
    expect((await cli.run(['ask', address, 'what is it?'])).code).toBe(0);
    await expect(cli.run(['ask', 'p/*.jpg', 'what is it?'])).resolves.toMatchObject({
      err: expect.stringContaining('stands for 2 files'),
    });
    expect((await cli.run(['library', 'add', '?'])).code).toBe(0);
    expect((await cli.run(['library', 'scan', 'p*'])).code).toBe(0);
    expect((await cli.run(['library', 'remove', pathToFileURL(cli.path('q')).href])).code).toBe(0);
    expect((await cli.run(['library', 'list', '--json'])).out).toContain(JSON.stringify(cli.path('p')));
  });

  it('writes the plain JSON of a folder and its folders, sorted by file name', async () => {
    const cli = await CliDouble.create();
    await cli.files('photos/b/IMG_2.jpg', 'photos/a/IMG_10.png', 'photos/IMG_1.JPG', 'photos/notes.txt');
    const result = await cli.run(['caption', 'photos', '--out', 'captions.json']);
    expect(result.code).toBe(0);
    expect(result.out).toBe('');
    expect(await cli.read('captions.json')).toBe(
      [
        '{',
        '  "IMG_1": [\n    "a photo called IMG_1.JPG"\n  ],',
        '  "IMG_10": [\n    "a photo called IMG_10.png"\n  ],',
        '  "IMG_2": [\n    "a photo called IMG_2.jpg"\n  ]',
        '}',
      ].join('\n'),
    );
    expect(await readdir(cli.folder)).toEqual(['captions.json', 'photos']);
  });

  it('asks about photos in natural order, with the prompt and the settings of the flags', async () => {
    const cli = await CliDouble.create();
    await cli.files('IMG_10.jpg', 'IMG_9.jpg', 'IMG_100.jpg');
    const result = await cli.run([
      'caption',
      '.',
      '--prompt',
      'a drawing of',
      '--beams',
      '5',
      '--length-penalty',
      '-1.5',
    ]);
    expect(result.asked).toEqual(['IMG_9.jpg', 'IMG_10.jpg', 'IMG_100.jpg']);
    expect(result.requests[0]).toMatchObject({
      image: cli.path('IMG_9.jpg'),
      prompt: 'a drawing of',
      settings: { numBeams: 5, lengthPenalty: -1.5, maxNewTokens: 64, sample: false },
    });
    expect(result.loads).toEqual(['/models/tiny']);
  });

  it('asks with "a photo of" unless told otherwise, and also with no prompt at all', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    expect((await cli.run(['caption', 'a.jpg'])).requests[0]?.prompt).toBe('a photo of');
    expect((await cli.run(['caption', 'a.jpg', '--prompt', ''])).requests[0]?.prompt).toBe('');
  });

  it('prints a line a photo without --out, and only these', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg');
    const result = await cli.run(['caption', 'p']);
    expect(result.out).toBe('p/a.jpg\ta photo called a.jpg\np/b.jpg\ta photo called b.jpg\n');
    expect(result.err).toBe('');
  });

  it('prints JSON lines with --json, failures among them', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg');
    const result = await cli.run(['caption', 'p', '--json'], { answer: failingOn('a.jpg', corrupt) });
    expect(
      result.out
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { path: 'p/a.jpg', error: { code: 'IMAGE_CORRUPT', message: 'This file is damaged (the JPEG ends early).' } },
      {
        path: 'p/b.jpg',
        caption: 'a photo called b.jpg',
        model: 'tiny',
        prompt: 'a photo of',
        width: 640,
        height: 480,
      },
    ]);
    expect(result.code).toBe(3);
  });

  it('prints one JSON summary with --json and --out', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg');
    const options = { answer: failingOn('a.jpg', corrupt) };
    const result = await cli.run(['caption', 'p', '--json', '--out', 'c.json'], options);
    expect(JSON.parse(result.out)).toEqual({
      complete: true,
      captioned: 1,
      resumed: 0,
      doubtful: 0,
      kept: 0,
      failed: [{ path: 'p/a.jpg', code: 'IMAGE_CORRUPT', message: 'This file is damaged (the JPEG ends early).' }],
      out: cli.path('c.json'),
    });
  });

  it('writes the whole document to stdout when a format but no file is named', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    expect((await cli.run(['caption', 'p', '--format', 'json'])).out).toBe(
      '{\n  "a": [\n    "a photo called a.jpg"\n  ]\n}\n',
    );
  });

  it('takes the format from the names .jsonl and .csv', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    await cli.run(['caption', 'p', '--out', 'p/metadata.jsonl']);
    expect(await cli.read('p/metadata.jsonl')).toBe('{"file_name":"a.jpg","text":"a photo called a.jpg"}\n');
    await cli.run(['caption', 'p', '--out', 'b.csv', '--bom']);
    expect(await cli.read('b.csv')).toMatch(/^\ufefffile_name,/);
    await cli.run(['caption', 'p', '--out', 'c.csv']);
    expect(await cli.read('c.csv')).toBe(
      'file_name,caption,width,height,model,prompt\r\na.jpg,a photo called a.jpg,640,480,tiny,a photo of\r\n',
    );
  });

  it('names a photo that fails with its reason, captions the rest and exits with 3', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/bad.jpg', 'p/c.jpg');
    const result = await cli.run(['caption', 'p', '--out', 'c.json'], { answer: failingOn('bad.jpg', corrupt) });
    expect(result.code).toBe(3);
    expect(result.err).toContain('Failed: p/bad.jpg: This file is damaged (the JPEG ends early).\n');
    expect(result.err).toContain('2 photos captioned, 1 failed.');
    expect(Object.keys(JSON.parse(await cli.read('c.json')))).toEqual(['a', 'c']);
  });

  it('sets a photo aside that the model host dies of, and goes on', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/killer.jpg', 'p/z.jpg');
    const crash = new VignetteError('MODEL_HOST_CRASHED', 'The model process ended twice on this (signal SIGSEGV).');
    const result = await cli.run(['caption', 'p'], { answer: failingOn('killer.jpg', crash) });
    expect(result.code).toBe(3);
    expect(result.out).toBe('p/a.jpg\ta photo called a.jpg\np/z.jpg\ta photo called z.jpg\n');
    expect(result.err).toContain('Failed: p/killer.jpg: The model process ended twice on this (signal SIGSEGV).');
  });

  it('stops with 1 when the model is gone for good', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg', 'p/c.jpg');
    const gone = new VignetteError('MODEL_NOT_LOADED', 'No model is loaded.', { retry: 'now' });
    const result = await cli.run(['caption', 'p', '--out', 'c.json'], { answer: failingOn('b.jpg', gone) });
    expect(result.code).toBe(1);
    expect(result.asked.length).toBeGreaterThan(1);
    expect(result.err).toContain('vignette: No model is loaded.\n');
    const captioned = Object.keys(JSON.parse(await cli.read('c.json')));
    expect(captioned).toContain('a');
    expect(captioned).not.toContain('b');
  });

  it('tries a file that is named outright, whatever its name', async () => {
    const cli = await CliDouble.create();
    await cli.files('picture.data', 'p/picture.data', 'p/.hidden.jpg');
    expect((await cli.run(['caption', 'picture.data'])).asked).toEqual(['picture.data']);
    expect((await cli.run(['caption', 'p'])).asked).toEqual([]);
    expect((await cli.run(['caption', 'p/.hidden.jpg'])).asked).toEqual(['.hidden.jpg']);
  });

  it('passes over hidden and system files and folders', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/.DS_Store', 'p/._a.jpg', 'p/Thumbs.db', 'p/desktop.ini', 'p/@eaDir/a.jpg');
    await cli.files('p/__MACOSX/a.jpg', 'p/.git/x.png', 'p/a.xmp', 'p/a.json', 'p/$RECYCLE.BIN/b.jpg');
    expect((await cli.run(['caption', 'p'])).asked).toEqual(['a.jpg']);
  });

  it('hands unsupported kinds to the model host, so that they are named rather than passed over', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.heic', 'p/b.CR2', 'p/c.jxl');
    expect((await cli.run(['caption', 'p'])).asked).toEqual(['a.heic', 'b.CR2', 'c.jxl']);
  });

  it('walks links once and comes back from circles', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/real/a.jpg', 'elsewhere/b.jpg');
    await symlink(cli.path('p'), cli.path('p', 'real', 'up'));
    await symlink(cli.path('elsewhere'), cli.path('p', 'link'));
    await symlink(cli.path('p', 'real'), cli.path('p', 'again'));
    const result = await cli.run(['caption', 'p']);
    expect(result.out).toBe('p/link/b.jpg\ta photo called b.jpg\np/real/a.jpg\ta photo called a.jpg\n');
  });

  it('captions a photo once that is named twice', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    expect((await cli.run(['caption', 'p', 'p/a.jpg', './p'])).asked).toEqual(['a.jpg']);
  });

  it('names a folder that cannot be read and captions the rest', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/locked/b.jpg');
    const folderReader = {
      ...diskReader,
      list: async (folder: string) => {
        if (folder.endsWith('locked')) {
          throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
        }
        return await diskReader.list(folder);
      },
    };
    const result = await cli.run(['caption', 'p', '--out', 'c.json'], { context: { folderReader } });
    expect(result.code).toBe(3);
    expect(result.err).toContain('Failed: p/locked: The folder cannot be read: you have no permission.');
    expect(Object.keys(JSON.parse(await cli.read('c.json')))).toEqual(['a']);
  });

  it('names a path that does not exist and captions the rest', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['caption', 'nowhere', 'a.jpg']);
    expect(result.code).toBe(3);
    expect(result.err).toContain('Failed: nowhere: There is no such file or folder.');
    expect(result.asked).toEqual(['a.jpg']);
  });

  it('leaves the output alone when none of the paths exists', async () => {
    const cli = await CliDouble.create();
    await cli.files(['c.json', 'mine']);
    expect((await cli.run(['caption', 'nowhere', '--out', 'c.json'])).code).toBe(3);
    expect(await cli.read('c.json')).toBe('mine');
  });

  it('says that a folder holds no photos, and writes an empty document', async () => {
    const cli = await CliDouble.create();
    await mkdir(cli.path('empty'));
    const result = await cli.run(['caption', 'empty', '--out', 'c.json']);
    expect(result.code).toBe(0);
    expect(result.err).toContain('No photos found in empty.');
    expect(await cli.read('c.json')).toBe('{}');
    expect(result.loads).toEqual([]);
  });

  it('finds out before it captions that the output cannot be written', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    for (const [out, reason] of [
      ['nowhere/c.json', 'there is no folder'],
      ['p/a.jpg/c.json', 'a part of its path is a file'],
      ['p', 'it is a folder'],
    ]) {
      const result = await cli.run(['caption', 'p', '--out', String(out)]);
      expect(result.code).toBe(1);
      expect(result.err).toContain(reason);
      expect(result.loads).toEqual([]);
    }
  });

  it('refuses to write over one of the photos', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    expect((await cli.run(['caption', 'p', '--out', 'p/a.jpg'])).code).toBe(2);
    expect(await cli.read('p/a.jpg')).toBe('p/a.jpg');
    await symlink(cli.path('p'), cli.path('link'), 'junction');
    for (const out of ['p/a.jpg', 'link/a.jpg'])
      expect((await cli.run(['caption', 'link', '--out', out])).code).toBe(2);
    expect(await cli.read('p/a.jpg')).toBe('p/a.jpg');
  });

  it('keeps what was in the output before, unless it is the same', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', ['c.json', 'mine'], ['c.json.bak', 'older']);
    const result = await cli.run(['caption', 'p', '--out', 'c.json']);
    expect(result.err).toContain('c.json.bak2');
    expect(await cli.read('c.json.bak')).toBe('older');
    expect(await cli.read('c.json.bak2')).toBe('mine');
    await cli.run(['caption', 'p', '--out', 'c.json']);
    expect(await readdir(cli.folder)).toEqual(['c.json', 'c.json.bak', 'c.json.bak2', 'p']);
  });

  it('gives photos with equal names longer ones, so that no caption replaces another', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/x/1.jpg', 'p/y/1.jpg', 'p/y/1.png', 'p/2.jpg');
    await cli.run(['caption', 'p', '--out', 'c.json']);
    expect(await cli.read('c.json')).toBe(
      [
        '{',
        '  "x/1": [\n    "a photo called 1.jpg"\n  ],',
        '  "y/1.jpg": [\n    "a photo called 1.jpg"\n  ],',
        '  "y/1.png": [\n    "a photo called 1.png"\n  ],',
        '  "2": [\n    "a photo called 2.jpg"\n  ]',
        '}',
      ].join('\n'),
    );
  });

  it('makes control characters in names and captions visible on stdout', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a\u001b[2Jb.jpg');
    const answer = () => answerOf('line one\nline\ttwo\u001b]0;title\u0007\u202e');
    const result = await cli.run(['caption', 'p'], { answer });
    expect(result.out).toBe('p/a\\u001b[2Jb.jpg\tline one\\nline\\ttwo\\u001b]0;title\\u0007\\u202e\n');
  });

  it('ends quietly when nobody reads its output any more', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg', 'p/c.jpg');
    const result = await cli.run(['caption', 'p'], { stdoutClosesAfter: 1 });
    expect(result.code).toBe(0);
    expect(result.out).toBe('p/a.jpg\ta photo called a.jpg\n');
    expect(result.err).toBe('');
    expect(result.asked).toContain('b.jpg');
  });

  it('shows one updating line on a terminal and takes it away before other text', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg', 'p/b.jpg');
    const result = await cli.run(['caption', 'p', '--out', 'c.json'], { tty: true });
    expect(result.err).toMatch(/1\/2 · [\d.]+ (photos\/s|s\/photo) · \d+ s left · p\/b\.jpg/);
    const clear = '\r\u001b[2K';
    expect(result.err.slice(result.err.lastIndexOf(clear) + clear.length)).toMatch(/^2 photos captioned\./);
  });

  it('logs plain lines now and then where there is no terminal', async () => {
    const cli = await CliDouble.create();
    await cli.files(...Array.from({ length: 30 }, (_, index) => `p/${index}.jpg`));
    const result = await cli.run(['caption', 'p', '--out', 'c.json', '--json']);
    const lines = result.err.split('\n').filter((line) => line.includes('of 30 photos done'));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(15);
    expect(result.err).not.toContain('\r');
  });
});

describe('the model of vignette caption', () => {
  const demo = modelCalled('demo', { bundled: true });

  it('is the one that was imported, before the bundled one', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['caption', 'a.jpg'], { models: [demo, modelCalled('mine')] });
    expect(result.loads).toEqual(['/models/mine']);
  });

  it('is the bundled one when there is no other, and that is said', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['caption', 'a.jpg'], { models: [demo] });
    expect(result.loads).toEqual(['/models/demo']);
    expect(result.err).toContain('Using the bundled demo model');
  });

  it('has to be named when several were imported', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const models = [demo, modelCalled('one'), modelCalled('two')];
    const result = await cli.run(['caption', 'a.jpg'], { models });
    expect(result.code).toBe(2);
    expect(result.err).toContain('--model (one, two)');
    expect((await cli.run(['caption', 'a.jpg', '--model', 'two'], { models })).loads).toEqual(['/models/two']);
  });

  it('is not replaced when it cannot be used', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const { facts: _facts, ...rest } = modelCalled('broken');
    const broken = { ...rest, problem: { code: 'MODEL_MANIFEST_INVALID', message: 'model.json is not valid JSON.' } };
    const result = await cli.run(['caption', 'a.jpg'], { models: [demo, broken] });
    expect(result.code).toBe(1);
    expect(result.err).toContain('The model broken cannot be used: model.json is not valid JSON.');
  });

  it('is named with the installed ones when it is not there', async () => {
    const cli = await CliDouble.create();
    await cli.files('a.jpg');
    const result = await cli.run(['caption', 'a.jpg', '--model', 'other'], { models: [demo] });
    expect(result.code).toBe(1);
    expect(result.err).toContain('There is no model named other. Installed: demo.');
  });
});
