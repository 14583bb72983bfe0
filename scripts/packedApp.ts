/** @file Looks into an application that electron-builder has packed: what is in its archive, what lies beside it, and how its fuses are set. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getRawHeader } from '@electron/asar';
import * as z from 'zod';

/** In the order of Electron's fuse wire. https://www.electronjs.org/docs/latest/tutorial/fuses */
export const wantedFuses = {
  runAsNode: false,
  enableCookieEncryption: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

/** Stands before the fuses in Electron's binary, followed by the version and the number of them. */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseVersion = 1;
const fuseOn = '1'.charCodeAt(0);

const taken = /^(?:out|node_modules|package\.json|LICENSE)(?:\/|$)/;
const refused =
  /^out\/\.made-from$|\.(?:ts|map)$|^node_modules\/(?:[^/]+\/(?:test|tests)|node-(?:darwin|linux|win)-[^/]+)\//;
/** What the system's linker loads. */
const native = /\.(?:node|dll|dylib|so(?:\.\d+)*|exe)$/;
const unpackedPrograms = ['node_modules/exiftool-vendored.pl/bin/exiftool', 'node_modules/exiftool-vendored.exe/bin'];
const besideTheArchive = [
  'demo-model/compiled/demo',
  'demo-model/compiled/demo-matching',
  'demo-photos',
  'icons/icon.png',
  'icons/trayTemplate@2x.png',
];

interface Entry {
  readonly files?: Readonly<Record<string, Entry>> | undefined;
  readonly unpacked?: boolean | undefined;
}
const entrySchema: z.ZodType<Entry> = z.lazy(() =>
  z.object({ files: z.record(z.string(), entrySchema).optional(), unpacked: z.boolean().optional() }),
);

interface ArchivedFile {
  readonly path: string;
  readonly unpacked: boolean;
}

function archivedFiles(archive: string): ArchivedFile[] {
  return filesOf(entrySchema.parse(getRawHeader(archive).header), '');
}

function filesOf({ files, unpacked = false }: Entry, path: string): ArchivedFile[] {
  if (files === undefined) return [{ path, unpacked }];
  return Object.entries(files).flatMap(([name, entry]) => filesOf(entry, path === '' ? name : `${path}/${name}`));
}

/** Undefined where the binary has no fuses, as nothing of Electron's is without. */
export function fusesOf(binary: Buffer): boolean[] | undefined {
  const at = binary.indexOf(fuseSentinel);
  if (at < 0 || binary[at + fuseSentinel.length] !== fuseVersion) return undefined;
  const from = at + fuseSentinel.length + 2;
  return [...binary.subarray(from, from + (binary[from - 1] ?? 0))].map((state) => state === fuseOn);
}

/** The archive of an unpacked application, on any of the systems, and the binary with the fuses. */
export async function packedApp(folder: string): Promise<{ resources: string; binary: string }> {
  const [bundle] = (await readdir(folder)).filter((name) => name.endsWith('.app'));
  if (bundle !== undefined) {
    const contents = join(folder, bundle, 'Contents');
    const framework = join('Frameworks', 'Electron Framework.framework', 'Electron Framework');
    return { resources: join(contents, 'Resources'), binary: join(contents, framework) };
  }
  const names = ['vignette', 'Vignette.exe'];
  const name = names.find((one) => existsSync(join(folder, one))) ?? names[0] ?? '';
  return { resources: join(folder, 'resources'), binary: join(folder, name) };
}

/** What is not as it should be, a sentence each; nothing of what is fine. */
export async function packedProblems(folder: string): Promise<string[]> {
  const { resources, binary } = await packedApp(folder);
  const files = archivedFiles(join(resources, 'app.asar'));
  const problems = files.flatMap(({ path, unpacked }) => {
    if (!taken.test(path) || refused.test(path)) return [`${path} does not belong in the archive.`];
    return native.test(path) && !unpacked ? [`${path} cannot be loaded from inside the archive.`] : [];
  });
  for (const entry of [
    'out/main/desktop.js',
    'out/main/modelHost.js',
    'out/preload/preload.cjs',
    'out/renderer/index.html',
  ])
    if (!files.some(({ path }) => path === entry)) problems.push(`${entry} is missing in the archive.`);
  if (!files.some(({ path, unpacked }) => unpacked && unpackedPrograms.some((program) => path.startsWith(program))))
    problems.push('exiftool is missing beside the archive.');
  for (const name of besideTheArchive)
    if (!existsSync(join(resources, name))) problems.push(`${name} is missing beside the archive.`);
  // Linux only: what the picture processes run on and in.
  if (existsSync(join(resources, '..', 'vignette')))
    for (const name of ['node/node', 'app.asar.unpacked/package.json', 'app.asar.unpacked/out/main/pictureProcess.js'])
      if (!existsSync(join(resources, name))) problems.push(`${name} is missing beside the archive.`);
  const fuses = fusesOf(await readFile(binary));
  Object.entries(wantedFuses).forEach(([name, isOn], index) => {
    if (fuses?.[index] !== isOn) problems.push(`The fuse ${name} is not ${isOn ? 'on' : 'off'}.`);
  });
  return problems;
}
