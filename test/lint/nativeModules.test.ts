/**
 * @file Electron's V8 keeps its memory in a cage and refuses array buffers that lie elsewhere, which Node takes:
 * https://www.electronjs.org/blog/v8-memory-cage. No test here runs in such a V8, so what the native modules ask of it is
 * read from their binaries.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const shipped = ['onnxruntime-node', 'better-sqlite3', '@img'];

async function nativeModules(): Promise<string[]> {
  const lists = shipped.map(async (name) => {
    const folder = path.join('node_modules', name);
    const files = await readdir(folder, { recursive: true });
    return files.filter((file) => file.endsWith('.node')).map((file) => path.join(folder, file));
  });
  return (await Promise.all(lists)).flat();
}

it('no native module makes array buffers outside of V8’s memory', async () => {
  const modules = await nativeModules();
  for (const name of shipped) expect(modules.filter((file) => file.includes(name))).not.toEqual([]);
  for (const file of modules) {
    const binary = await readFile(file);
    expect(binary.includes('napi_create_external_arraybuffer'), file).toBe(false);
    // The answer to an external buffer may be a refusal: whoever asks must know how to copy.
    if (binary.includes('napi_create_external_buffer')) {
      expect(binary.includes('napi_create_buffer_copy'), file).toBe(true);
    }
  }
});
