/**
 * @file `npm run generate:kernel`: assembles main/library/search/vectors/scanKernel.wat with wat2wasm of WABT, which npx
 * brings, into generated/scanKernel.ts beside it. The result is checked in; a test holds it to the text.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../main/library/search/vectors');
const source = path.join(folder, 'scanKernel.wat');
await using working = await mkdtempDisposable(path.join(tmpdir(), 'vignette-kernel-'));
const assembled = path.join(working.path, 'scanKernel.wasm');
execFileSync('wat2wasm', [source, '-o', assembled], { stdio: 'inherit', shell: process.platform === 'win32' });
const hash = createHash('sha256')
  .update(await readFile(source))
  .digest('hex');
const lines = (await readFile(assembled)).toString('base64').match(/.{1,110}/g) ?? [];
await mkdir(path.join(folder, 'generated'), { recursive: true });
await writeFile(
  path.join(folder, 'generated', 'scanKernel.ts'),
  `/** @file Generated from scanKernel.wat by \`npm run generate:kernel\`: change that file, not this one. Scan workers. */

export const sourceSha256 = '${hash}';

/** The assembled module in Base64. */
export const scanKernelModule = [
${lines.map((line) => `  '${line}',\n`).join('')}].join('');
`,
);
