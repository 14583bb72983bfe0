/** @file A Parquet file as datasets on the Hugging Face hub have it: pictures with their bytes and paths, and texts beside. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/** Of three rows: the second picture has no path, the third no text. */
export async function hubDataset(): Promise<Uint8Array> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [
      { name: 'schema', num_children: 3 },
      { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ],
  });
  const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
  const image = ['boat.jpg', null, 'sea.jpg'].map((path) => ({ bytes, path }));
  await file.write({
    columnData: [
      { name: 'image', data: image },
      { name: 'text', data: ['a boat', 'a dog', null] },
      { name: 'label', data: ['vessel', 'animal', 'water'] },
    ],
  });
  await file.finish();
  return writer.getBytes().slice();
}
