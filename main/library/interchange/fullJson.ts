/** @file The rich format: every caption with where it comes from. Versioned; described in docs/formats.md. */
import type { CaptionSet } from './captionDocument.ts';

export const fullJsonVersion = 1;

export function fullJsonDocument(set: CaptionSet): string {
  const { model, prompt, settings, filter } = set.run;
  const document = {
    format: 'vignette-captions',
    version: fullJsonVersion,
    photos: set.records.map(({ photo, caption }) => ({
      file: photo.relativePath,
      sha256: caption.contentSha256 ?? null,
      width: caption.width,
      height: caption.height,
      captions: [
        {
          text: caption.text,
          source: 'model',
          model,
          instruction: caption.prompt ?? prompt,
          parameters: settings,
          itm: caption.judgement?.itm ?? null,
          ...(caption.judgement === undefined
            ? {}
            : { doubtful: caption.judgement.doubtful, candidates: caption.judgement.candidates, filter }),
          language: null,
          at: new Date(caption.atMs).toISOString(),
        },
      ],
      tags: [],
      answers: [],
    })),
    failed: set.failures,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
