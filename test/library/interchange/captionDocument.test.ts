/** @file The caption formats, byte for byte. */
import { describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../main/library/interchange/captionDocument.ts';
import { type CaptionSet, captionDocument } from '../../../main/library/interchange/captionDocument.ts';
import { csvCell } from '../../../main/library/interchange/csv.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { DocumentFormat } from '../../../schemas/exports.ts';
import { fullJsonSchema } from '../../../schemas/fullJson.ts';
import { publishedValidator } from '../../support/publishedSchema.ts';

function record(relativePath: string, text: string, changes: Partial<CaptionRecord['caption']> = {}): CaptionRecord {
  return {
    photo: { path: `/photos/${relativePath}`, shownAs: relativePath, relativePath, sizeBytes: 1, modifiedMs: 2 },
    caption: { text, width: 640, height: 480, atMs: Date.UTC(2026, 0, 2, 3, 4, 5), ...changes },
  };
}

function documentOf(format: DocumentFormat, records: CaptionRecord[], changes: Partial<CaptionSet> = {}): string {
  return captionDocument(format, {
    records,
    failures: [],
    run: {
      model: { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' },
      prompt: 'a photo of',
      settings: generationSettingsSchema.parse({}),
    },
    baseFolder: '/photos',
    documentFolder: '/out',
    ...changes,
  });
}

describe('plain JSON', () => {
  it('is what json.dump(captions, file, indent=2, ensure_ascii=False) writes', () => {
    const records = [
      record('b.jpg', 'quote " backslash \\ slash / tab \t newline \n bell \u0007 del \u007f é 海 😀 \u2028'),
      record('a.png', 'first'),
    ];
    // Made with Python 3.11.
    expect(documentOf('json', records)).toBe(
      '{\n  "a": [\n    "first"\n  ],\n  "b": [\n    "quote \\" backslash \\\\ slash / tab \\t newline \\n bell \\u0007 del \u007f é 海 😀 \u2028"\n  ]\n}',
    );
  });

  it('sorts by file name as Python sorts, numbers, punctuation and all', () => {
    const files = ['10.jpg', '9.jpg', 'a.jpg', 'a-b.jpg', 'B.jpg', '\ufb01.jpg', '😀.jpg', 'é.jpg', '__proto__.jpg'];
    const keys = documentOf(
      'json',
      files.map((file) => record(file, '')),
    ).match(/(?<=^ {2}").*(?=": \[$)/gm);
    expect(keys).toEqual(['10', '9', 'B', '__proto__', 'a-b', 'a', 'é', '\ufb01', '😀']);
  });

  it('sorts by file name across folders', () => {
    const files = ['z/1.jpg', 'a/2.jpg', 'm/3.jpg'];
    expect(
      Object.keys(
        JSON.parse(
          documentOf(
            'json',
            files.map((file) => record(file, '')),
          ),
        ),
      ),
    ).toEqual(['1', '2', '3']);
  });

  it('is an empty object without captions', () => {
    expect(documentOf('json', [])).toBe('{}');
  });
});

describe('full JSON', () => {
  const records = [
    record('x/a.jpg', 'a dog', {
      contentSha256: 'cd'.repeat(32),
      captionScore: { itm: 0.1, doubtful: true, candidates: [{ text: 'a dog', itm: 0.1 }] },
    }),
  ];
  const failures = [{ file: 'x/b.jpg', code: 'IMAGE_EMPTY', message: 'This file is empty.' }];

  it('holds the tags that the run chose from apart', async () => {
    const settings = generationSettingsSchema.parse({ tags: { vocabulary: ['sea', 'boat'], max: 2 } });
    const model = { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' };
    const text = documentOf('json-full', records, { run: { model, prompt: 'list the tags', settings } });
    const { vocabularies, runs } = fullJsonSchema.parse(JSON.parse(text));
    expect(vocabularies).toEqual({ 1: { tags: ['sea', 'boat'], synonyms: null, tagPaths: null } });
    const { vocabulary: _, ...tags } = settings.tags ?? {};
    expect(runs).toMatchObject({ 1: { vocabulary: '1', tagPaths: null } });
    expect(runs['1']?.parameters).toEqual({ ...settings, tags });
    const validate = await publishedValidator();
    expect(validate(JSON.parse(text))).toBe(true);
  });

  it('holds where each caption comes from, the run once, and what failed', () => {
    const document = fullJsonSchema.parse(JSON.parse(documentOf('json-full', records, { failures })));
    expect(document).toEqual({
      format: 'vignette-captions',
      version: 2,
      vocabularies: {},
      runs: {
        1: {
          kind: 'caption',
          description: null,
          model: { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' },
          instruction: 'a photo of',
          promptKind: null,
          textKind: null,
          vocabulary: null,
          parameters: generationSettingsSchema.parse({}),
          filter: null,
          tagPaths: null,
          device: null,
          importedFrom: null,
          at: null,
        },
      },
      photos: [
        {
          file: 'x/a.jpg',
          sha256: 'cd'.repeat(32),
          width: 640,
          height: 480,
          captions: [
            {
              text: 'a dog',
              source: 'model',
              run: '1',
              at: '2026-01-02T03:04:05.000Z',
              instruction: null,
              shown: true,
              approvedAt: null,
              outdated: false,
              language: null,
              itm: 0.1,
              doubtful: true,
              scores: [{ itm: 0.1, itc: null, doubtful: true, run: '1', at: '2026-01-02T03:04:05.000Z' }],
              candidates: [{ text: 'a dog', itm: 0.1 }],
              warnings: [],
              seen: { width: 640, height: 480 },
              copiedFrom: null,
              basedOn: null,
            },
          ],
          altTexts: [],
          longDescriptions: [],
          tags: [],
          answers: [],
          marks: [],
          scores: [],
        },
      ],
      failed: failures,
    });
  });

  it('keeps to the published schema, as another validator reads it', async () => {
    const isValid = await publishedValidator();
    const document = JSON.parse(documentOf('json-full', records, { failures }));
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    document.photos[0].captions[0].itm = 2;
    expect(isValid(document)).toBe(false);
  });
});

describe('JSON lines for imagefolder', () => {
  const records = [record('x/b.jpg', 'two\nlines'), record('a.jpg', 'one')];

  it('name the photos from the folder of the document when all lie below it', () => {
    expect(documentOf('jsonl', records, { documentFolder: '/photos', baseFolder: '/photos' })).toBe(
      '{"file_name":"a.jpg","text":"one"}\n{"file_name":"x/b.jpg","text":"two\\nlines"}\n',
    );
    expect(documentOf('jsonl', records, { documentFolder: '/' })).toContain('"file_name":"photos/x/b.jpg"');
  });

  it('name the photos from the folder that was captioned when the document lies elsewhere', () => {
    expect(documentOf('jsonl', records, { documentFolder: '/elsewhere' })).toContain('"file_name":"x/b.jpg"');
  });
});

describe('COCO captions', () => {
  it('join images and annotations by number', () => {
    expect(
      JSON.parse(documentOf('coco', [record('b.jpg', 'two'), record('a.jpg', 'one', { width: 3, height: 4 })])),
    ).toEqual({
      info: { description: 'Captions by Vignette with the model tiny', version: '1.0' },
      licenses: [],
      images: [
        { id: 1, width: 3, height: 4, file_name: 'a.jpg' },
        { id: 2, width: 640, height: 480, file_name: 'b.jpg' },
      ],
      annotations: [
        { id: 1, image_id: 1, caption: 'one' },
        { id: 2, image_id: 2, caption: 'two' },
      ],
    });
  });
});

describe('CSV', () => {
  it('has a header, CRLF line ends, and quotes where RFC 4180 wants them', () => {
    expect(documentOf('csv', [record('a,b.jpg', 'say "hi"\nthere')])).toBe(
      'file_name,caption,width,height,model,prompt\r\n"a,b.jpg","say ""hi""\nthere",640,480,tiny,a photo of\r\n',
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['a=1', 'a=1'],
    ['\uff1d1\uff0b1', "'\uff1d1\uff0b1"],
    ['\uff0b1', "'\uff0b1"],
    ['\uff0d1', "'\uff0d1"],
    ['\uff20SUM(A1)', "'\uff20SUM(A1)"],
    ['\u0000=1', "'=1"],
    ['a\u0000b\u0007', 'ab'],
    ['  =1+1', "'  =1+1"],
    ['\u3000\uff1d1', "'\u3000\uff1d1"],
    [' \t@SUM(A1)', "' \t@SUM(A1)"],
    ['\uff0b1', "'\uff0b1"],
    [' a boat', ' a boat'],
    ['', ''],
  ])('writes %j so that no spreadsheet runs it', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  it('does so for file names too', () => {
    expect(documentOf('csv', [record('=cmd.jpg', 'x')])).toContain("\r\n'=cmd.jpg,x,");
  });
});
