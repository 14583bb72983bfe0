/** @file Where the parts of Vignette lie on this machine: in a checkout run from its sources, in a build, or in an installed application. Every process. */
import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PictureNode } from '../library/images/process/pictureProcesses.ts';

export interface Installation {
  /** The built interface. */
  readonly pageFolder: string;
  /** What a model host process runs. */
  readonly modelHostEntry: URL;
  /** What a process runs that imports a model. */
  readonly modelImportEntry: URL;
  /** What a process runs that measures this machine. */
  readonly machineFloorEntry: URL;
  /** What a process runs that reads photos. */
  readonly pictureProcessEntry: URL;
  /** Linux only: the Node that runs it, which is not Electron, with the entry where a plain Node can read it. */
  readonly pictureNode: PictureNode | undefined;
  /** The preload script of the desktop application's window. */
  readonly preloadScript: string;
  /** Compiled models that came with Vignette, one a folder. */
  readonly bundledModelsFolder: string;
  readonly demoPhotosFolder: string;
  readonly iconFile: string;
  /** For the menu bar of a Mac. */
  readonly macTrayIconFile: string;
}

/** The nearest folder above that holds a package.json. */
function projectFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  }
}

/** @param resourcesFolder where an installed application keeps what is beside its code; a checkout has its own. */
export function findInstallation(resourcesFolder?: string): Installation {
  const project = projectFolder(import.meta.dirname);
  const resources = resourcesFolder ?? join(project, 'resources');
  const fromSources = extname(import.meta.filename) === '.ts';
  const entry = (source: string, built: string) =>
    pathToFileURL(fromSources ? join(project, source) : join(project, 'out', 'main', built));
  const pictureProcessEntry = entry('main/library/images/process/pictureProcess.ts', 'pictureProcess.js');
  return {
    pageFolder: join(project, 'out', 'renderer'),
    modelHostEntry: entry('native-models/runtime/hostProcess.ts', 'modelHost.js'),
    modelImportEntry: entry('native-models/compiler/importProcess.ts', 'modelImport.js'),
    machineFloorEntry: entry('native-models/devices/floorProcess.ts', 'machineFloor.js'),
    pictureProcessEntry,
    pictureNode: process.platform === 'linux' ? pictureNode(project, pictureProcessEntry, resourcesFolder) : undefined,
    preloadScript: join(project, 'out', 'preload', 'preload.cjs'),
    bundledModelsFolder: join(resources, 'demo-model', 'compiled'),
    demoPhotosFolder: join(resources, 'demo-photos'),
    iconFile: join(resources, 'icons', 'icon.png'),
    macTrayIconFile: join(resources, 'icons', 'trayTemplate.png'),
  };
}

/** A plain Node reads no archive: in an application its code lies beside it. */
function pictureNode(project: string, entry: URL, resourcesFolder: string | undefined): PictureNode {
  if (resourcesFolder === undefined) {
    return { binary: join(project, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'), entry };
  }
  const [archive, unpacked] = [join(resourcesFolder, 'app.asar'), join(resourcesFolder, 'app.asar.unpacked')];
  const file = fileURLToPath(entry).replace(archive, () => unpacked);
  return { binary: join(resourcesFolder, 'node', 'node'), entry: pathToFileURL(file) };
}
