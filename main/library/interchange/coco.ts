/** @file COCO captions: images and annotations apart, joined by number. */
import type { CaptionSet } from './captionDocument.ts';

export function cocoDocument(set: Pick<CaptionSet, 'records' | 'run'>): string {
  const document = {
    info: { description: `Captions by Vignette with the model ${set.run.model.id}`, version: '1.0' },
    licenses: [],
    images: set.records.map(({ photo, caption }, index) => ({
      id: index + 1,
      width: caption.width,
      height: caption.height,
      file_name: photo.relativePath,
    })),
    annotations: set.records.map(({ caption }, index) => ({
      id: index + 1,
      image_id: index + 1,
      caption: caption.text,
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
