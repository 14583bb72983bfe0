/** @file `npm run generate:schemas`: writes the JSON Schema of the full JSON document, as it is published for other programs. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { publishedFullJsonSchema } from '../schemas/fullJson.ts';

const file = path.join(import.meta.dirname, '../resources/schemas/vignette-captions-2.schema.json');
await writeFile(file, `${JSON.stringify(publishedFullJsonSchema(), null, 2)}\n`);
