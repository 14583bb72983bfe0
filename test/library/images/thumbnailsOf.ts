/**
 * @file A program for the tests beside another GLib: makes thumbnails of the files that it is given, in picture processes
 * as the library or the application starts them, as a fork that inherits everything, or in a program that is named, and
 * prints what it saw.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { findInstallation } from '../../../main/api/installation.ts';
import { PictureProcesses, pictureForker } from '../../../main/library/images/process/pictureProcesses.ts';
import { forkHostProcess } from '../../../native-models/runtime/hostConnection.ts';

const [how = '', ...files] = process.argv.slice(2);
const { pictureNode, pictureProcessEntry } = findInstallation();
const starters = {
  library: pictureForker(),
  desktop: pictureForker(pictureNode),
  inheriting: forkHostProcess(pictureProcessEntry, { messagesAsText: true }),
};
const startProcess =
  Object.entries(starters).find(([name]) => name === how)?.[1] ??
  forkHostProcess(pictureProcessEntry, { nodeBinary: how, messagesAsText: true });

/** Which processes below this one have the system's GObject. */
function holders(): number {
  const children = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const [, parent] = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8')) ?? [];
      return parent === String(process.pid) && readFileSync(`/proc/${name}/maps`, 'utf8').includes('/libgobject-2.0.');
    } catch {
      return false;
    }
  });
  return children.length;
}

const startedMs = performance.now();
await using pictures = new PictureProcesses({ startProcess });
const made = files.map((file) => pictures.thumbnails(() => ({ file, copy: undefined, sizesPx: [256] }), 0).thumbnails);
const sizes = (await Promise.all(made)).map((thumbnails) => thumbnails.get(256)?.length ?? 0);
const seconds = (performance.now() - startedMs) / 1000;
console.log(JSON.stringify({ thumbnails: sizes.filter((bytes) => bytes > 0).length, holders: holders(), seconds }));
