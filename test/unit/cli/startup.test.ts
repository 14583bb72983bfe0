/** @file What every command line waits for before it begins: libraries that a few commands need are not among it. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';

const root = path.join(import.meta.dirname, '../../..');

/** Tells at the end which packages were asked for. */
const telling = `
  import { registerHooks } from 'node:module';
  const names = new Set();
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const [, name] = /[/]node_modules[/]((?:@[^/]+[/])?[^/]+)[/]/.exec(found.url) ?? [];
      if (name !== undefined) names.add(name);
      return found;
    },
  });
  process.on('exit', () => console.error(JSON.stringify([...names])));`;

async function packagesAtStart(): Promise<string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(telling)}`;
  const args = ['--import', hook, path.join(root, 'main/cli/vignette.ts'), '--help'];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return z.array(z.string()).parse(JSON.parse(stderr));
}

it('libraries of Parquet and CSV, of archives, of metadata, of pictures and of models are loaded by the commands that need them', async () => {
  const loaded = await packagesAtStart();
  expect(loaded).toContain('commander');
  const late = [
    ...['hyparquet', 'hyparquet-writer', 'csv-parse', 'exiftool-vendored', 'sharp', 'onnxruntime-node'],
    ...['tar', 'yauzl'],
  ];
  expect(late.filter((name) => loaded.includes(name))).toEqual([]);
});
