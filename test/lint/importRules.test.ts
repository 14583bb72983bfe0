/** @file The rules on imports do catch what they forbid: a small project with the real folders is written and checked with the real rules. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cruise, type IReporterOutput } from 'dependency-cruiser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import rules from '../../.dependency-cruiser.mjs';

const target: Readonly<Record<string, string>> = {
  'main/desktop/window.ts': 'export const a = 1;',
  'main/server/serve.ts': 'export const a = 1;',
  'main/cli/program.ts': 'export const a = 1;',
  'main/api/router.ts': 'export const a = 1;',
  'main/library/photos.ts': 'export const a = 1;',
  'renderer/state.ts': 'export const a = 1;',
  'resources/messages/texts.ts': 'export const a = 1;',
  'schemas/runDescription.ts': 'export const a = 1;',
  'preload/contract.ts': 'export const a = 1;',
  'preload/preload.ts': 'export const a = 1;',
  'native-models/errors.ts': 'export const a = 1;',
  'test/thing.ts': 'export const a = 1;',
  'package.json':
    '{ "dependencies": { "better-sqlite3": "1", "sharp": "1" }, "devDependencies": { "electron": "1", "vitest": "1" } }',
  'tsconfig.json': '{}',
};
const packages = ['electron', 'better-sqlite3', 'sharp', 'vitest'];

let folder: string;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vignette-rules-'));
  for (const [path, text] of Object.entries(target)) await write(path, text);
  for (const name of packages) {
    await write(`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`);
    await write(`node_modules/${name}/index.js`, 'module.exports = 1;');
  }
  // The rules are read by TypeScript and Svelte compilers, which are looked for in the project.
  for (const name of ['typescript', 'svelte']) {
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** The names of the rules that the project breaks. */
async function broken(): Promise<string[]> {
  const { output }: IReporterOutput = await cruise(
    ['main', 'preload', 'renderer', 'native-models', 'resources/messages', 'schemas', 'test'],
    {
      ...rules.options,
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden: rules.forbidden ?? [] },
    },
    { conditionNames: ['import', 'require', 'node', 'default'] },
    { tsConfig: { options: { allowImportingTsExtensions: true } } },
  );
  if (typeof output === 'string') throw new Error(output);
  return [...new Set(output.summary.violations.map((violation) => violation.rule.name))];
}

describe('the rules on imports', () => {
  it('let a project through that keeps them', async () => {
    await write('main/server/extra.ts', "import { a } from '../api/router.ts';\nexport const b = a;");
    await write('main/cli/extra.ts', "import { a } from '../../resources/messages/texts.ts';\nexport const b = a;");
    await write('main/library/extra.ts', "import { a } from '../../schemas/runDescription.ts';\nexport const b = a;");
    await write(
      'preload/contract/extra.ts',
      "import { a } from '../../schemas/runDescription.ts';\nexport const b = a;",
    );
    await write('renderer/extra.ts', "import { a } from '../resources/messages/texts.ts';\nexport const b = a;");
    await write(
      'resources/messages/x.ts',
      "import type { a } from '../../preload/contract.ts';\nexport type B = typeof a;",
    );
    expect(await broken()).toEqual([]);
  });

  it('find a decoder that the library’s process would load, by whatever detour', async () => {
    await write('native-models/preprocess/sharp.ts', "import sharp from 'sharp';\nexport default sharp;");
    await write(
      'main/library/images/y.ts',
      "import sharp from '../../../native-models/preprocess/sharp.ts';\nexport const y = sharp;",
    );
    expect(await broken()).toEqual([]);
    await write('main/library/openLibrary.ts', "export const x = () => import('./images/y.ts');");
    expect(await broken()).toEqual(['library-without-decoder']);
  });

  it.each([
    ['native-models/x.ts', '../main/library/photos.ts', 'models-stand-alone'],
    ['native-models/x.ts', '../renderer/state.ts', 'models-stand-alone'],
    ['native-models/x.ts', 'electron', 'models-stand-alone'],
    ['native-models/x.ts', 'better-sqlite3', 'models-stand-alone'],
    ['main/library/x.ts', '../api/router.ts', 'library-below-the-rest'],
    ['main/library/x.ts', '../server/serve.ts', 'library-below-the-rest'],
    ['main/library/x.ts', '../cli/program.ts', 'library-below-the-rest'],
    ['main/library/x.ts', 'electron', 'library-below-the-rest'],
    ['main/library/files/x.ts', '../photos/y.ts', 'floor-of-files'],
    ['main/library/text/x.ts', '../query/y.ts', 'floor-of-text'],
    ['main/library/photos/x.ts', '../catalog/y.ts', 'floor-of-photos'],
    ['main/library/query/x.ts', '../catalog/y.ts', 'floor-of-query'],
    ['main/library/prompting/x.ts', '../images/y.ts', 'floor-of-prompting'],
    ['main/library/catalog/search/x.ts', '../../search/y.ts', 'floor-of-catalog'],
    ['main/library/catalog/reader/x.ts', '../../interchange/y.ts', 'floor-of-catalog'],
    ['main/library/catalog/x.ts', '../openLibrary.ts', 'floor-of-catalog'],
    ['main/library/watch/x.ts', '../queue/y.ts', 'floor-of-watch'],
    ['main/library/images/x.ts', '../search/vectors/y.ts', 'floor-of-images'],
    ['main/library/search/x.ts', '../images/y.ts', 'floor-of-search'],
    ['main/library/queue/x.ts', '../interchange/y.ts', 'floor-of-queue'],
    ['main/library/queue/x.ts', '../watch/y.ts', 'floor-of-queue'],
    ['main/library/interchange/x.ts', '../captioning/y.ts', 'floor-of-interchange'],
    ['main/library/editing/x.ts', '../search/y.ts', 'floor-of-editing'],
    ['main/library/models/x.ts', '../queue/y.ts', 'floor-of-models'],
    ['main/library/captioning/x.ts', '../openLibrary.ts', 'floor-of-captioning'],
    ['main/api/x.ts', '../server/serve.ts', 'api-below-its-hosts'],
    ['main/api/x.ts', '../../preload/preload.ts', 'api-below-its-hosts'],
    ['main/server/x.ts', '../desktop/window.ts', 'server-without-desktop'],
    ['main/cli/x.ts', '../desktop/window.ts', 'cli-without-desktop'],
    ['main/desktop/x.ts', '../server/serve.ts', 'desktop-without-server'],
    ['main/server/x.ts', 'electron', 'electron-in-its-place'],
    ['renderer/x.ts', 'electron', 'electron-in-its-place'],
    ['main/library/photos/x.ts', 'better-sqlite3', 'sql-in-the-catalog'],
    ['main/library/images/x.ts', 'sharp', 'sharp-in-its-place'],
    ['main/library/x.ts', '../../resources/messages/texts.ts', 'library-sends-facts'],
    ['native-models/x.ts', '../resources/messages/texts.ts', 'library-sends-facts'],
    ['resources/messages/x.ts', '../../preload/contract.ts', 'messages-are-words'],
    ['schemas/x.ts', '../preload/contract.ts', 'schemas-are-data'],
    ['native-models/x.ts', '../schemas/runDescription.ts', 'models-stand-alone'],
    ['renderer/x.ts', '../main/api/router.ts', 'renderer-knows-the-contract'],
    ['renderer/x.ts', '../preload/preload.ts', 'renderer-knows-the-contract'],
    ['renderer/x.ts', '../native-models/errors.ts', 'renderer-knows-the-contract'],
    ['preload/contract.ts', '../native-models/errors.ts', 'contract-is-data'],
    ['main/api/x.ts', '../../test/thing.ts', 'product-without-its-tests'],
    ['main/api/x.ts', 'vitest', 'shipped-dependencies'],
    ['main/api/x.ts', './missing.ts', 'resolvable'],
  ])('refuse that %s imports %s', async (from, to, rule) => {
    if (/^main\/library\/\w+\//.test(from) && to.startsWith('.') && !to.includes('api/')) {
      await write(join(dirname(from), to), 'export const a = 1;');
    }
    await write(from, `import * as imported from '${to}';\nexport const b = imported;`);
    expect(await broken()).toContain(rule);
  });

  it('refuse an import for its types alone', async () => {
    await write('main/server/x.ts', "import type { App } from 'electron';\nexport type Own = App;");
    expect(await broken()).toContain('electron-in-its-place');
  });

  it('refuse an import inside a Svelte component', async () => {
    await write(
      'renderer/View.svelte',
      '<script lang="ts">\nimport { a } from \'../main/api/router.ts\';\n</script>\n{a}',
    );
    expect(await broken()).toContain('renderer-knows-the-contract');
  });

  it.each(['main/api', 'renderer/state', 'test/support'])('refuse a circle of types in %s', async (place) => {
    await write(`${place}/one.ts`, "import type { Two } from './two.ts';\nexport type One = Two | 1;");
    await write(`${place}/two.ts`, "import type { One } from './one.ts';\nexport interface Two { one: One }");
    expect(await broken()).toEqual(['no-cycles-of-types']);
  });

  it('let a file of the composition root import every floor', async () => {
    await write('main/library/images/y.ts', 'export const y = 1;');
    await write('main/library/catalog/z.ts', 'export const z = 1;');
    await write(
      'main/library/openLibrary.ts',
      "import { y } from './images/y.ts';\nimport { z } from './catalog/z.ts';\nexport const x = [y, z];",
    );
    expect(await broken()).toEqual([]);
  });

  it('refuse a circle', async () => {
    await write('main/api/one.ts', "import { two } from './two.ts';\nexport const one = (): unknown => two;");
    await write('main/api/two.ts', "import { one } from './one.ts';\nexport const two = (): unknown => one;");
    expect(await broken()).toEqual(['no-cycles', 'no-cycles-of-types']);
  });
});
