/** @file COCO captions: images and annotations apart, joined by number. */
import { type DocumentShape, indentedJson } from './documentShape.ts';

export function cocoShape(description: string): DocumentShape {
  const head = `{\n  "info": ${indentedJson({ description, version: '1.0' }, 1)},\n  "licenses": [],\n`;
  return [
    {
      opening: `${head}  "images": [\n    `,
      between: ',\n    ',
      closing: '\n  ],\n',
      empty: `${head}  "images": [],\n`,
      pieces: ({ file, width, height, takenLocal }, { photo }) => [
        indentedJson(
          {
            id: photo + 1,
            width,
            height,
            file_name: file,
            ...(typeof takenLocal === 'string' ? { date_captured: takenLocal.slice(0, 19).replace('T', ' ') } : {}),
          },
          2,
        ),
      ],
    },
    {
      opening: '  "annotations": [\n    ',
      between: ',\n    ',
      closing: '\n  ]\n}\n',
      empty: '  "annotations": []\n}\n',
      pieces: ({ captions }, { photo, piece }) =>
        captions.map(({ text }, index) =>
          indentedJson({ id: piece + index + 1, image_id: photo + 1, caption: text }, 2),
        ),
    },
  ];
}
