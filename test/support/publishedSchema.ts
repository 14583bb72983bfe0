/** @file The published JSON Schema of the full JSON document, checked by a validator that knows nothing of ours. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export async function publishedValidator(): Promise<ValidateFunction> {
  const file = path.join(import.meta.dirname, '../../resources/schemas/vignette-captions-2.schema.json');
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  return ajv.compile(JSON.parse(await readFile(file, 'utf8')));
}
