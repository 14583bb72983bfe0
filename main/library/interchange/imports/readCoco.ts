/** @file COCO captions: images and annotations, joined by number, in either order. Pure. */
import * as z from 'zod';
import type { ImportItem } from './importRecord.ts';
import { JsonEntries } from './jsonEntries.ts';
import { soundRecord, unsigned } from './soundTexts.ts';

const idSchema = z.union([z.int(), z.string()]);
const imageSchema = z.object({ id: idSchema, file_name: z.string() });
/** Without a caption: an annotation of another kind, such as an outline. */
const annotationSchema = z.object({ image_id: idSchema, caption: z.string().optional() });

export async function* readCoco(text: AsyncIterable<string>, file: string): AsyncGenerator<ImportItem, void> {
  const entries = new JsonEntries(file);
  const names = new Map<string | number, string>();
  // Annotations may stand before the images that they belong to.
  const captions: { readonly imageId: string | number; readonly caption: string }[] = [];
  for await (const piece of text) {
    for (const { key, below, value } of entries.take(piece)) {
      if (typeof below !== 'number') continue;
      if (key === 'images') {
        const image = imageSchema.safeParse(value);
        if (image.success) names.set(image.data.id, image.data.file_name);
        else yield { name: `images[${below}]`, remark: 'invalidEntry' };
      } else if (key === 'annotations') {
        const annotation = annotationSchema.safeParse(value);
        if (!annotation.success) yield { name: `annotations[${below}]`, remark: 'invalidEntry' };
        else if (annotation.data.caption !== undefined) {
          captions.push({ imageId: annotation.data.image_id, caption: annotation.data.caption });
        }
      }
    }
  }
  entries.end();
  for (const { imageId, caption } of captions) {
    const name = names.get(imageId);
    if (name === undefined) yield { name: `image_id ${imageId}`, remark: 'unmatched' };
    else yield* soundRecord({ name, isStem: false, captions: [unsigned(caption)] });
  }
}
