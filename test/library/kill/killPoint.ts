/** @file Ends this process at a step of writing files that is counted, not timed. For the kill tests. */
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

/** Half of it is written; it is written and has no name yet; it has its name, and nothing else happened since. */
export const killSteps = ['half', 'unnamed', 'named'] as const;
export type KillStep = (typeof killSteps)[number];

const isInTheMaking = (file: unknown) => path.basename(String(file)).startsWith('.vignette-');
const never = () => new Promise<never>(() => undefined);

/**
 * Whoever writes below one of the folders goes no further than the step; when all of them are there, the process ends.
 * @param nth of the files, and folders, below each that get their names at the end
 */
export function killAt(step: KillStep, nth: number, folders: readonly string[]): void {
  const writers = folders.map((folder) => ({ below: folder + path.sep, begun: 0, named: 0, isThere: false }));
  type Writer = (typeof writers)[number];
  const writerOf = (file: unknown) =>
    writers.find(({ below }) => isInTheMaking(file) && String(file).startsWith(below));
  const arrive = async (writer: Writer) => {
    writer.isThere = true;
    if (writers.every(({ isThere }) => isThere)) die();
    await never();
  };
  const { open, rename, link } = fs;
  const naming = (name: (from: string, to: string) => Promise<void>) => async (from: string, to: string) => {
    const writer = writerOf(from);
    if (writer === undefined) return await name(from, to);
    writer.named += 1;
    const number = writer.named;
    // Others that are written at the same time get no names after that.
    if (writer.isThere || (number > nth && step !== 'half')) await never();
    if (number === nth && step === 'unnamed') await arrive(writer);
    await name(from, to);
    if (number === nth && step === 'named') await arrive(writer);
  };
  const opening = async (...args: Parameters<typeof open>): Promise<FileHandle> => {
    const handle = await open(...args);
    const writer = args[1] === 'wx' ? writerOf(args[0]) : undefined;
    if (writer === undefined) return handle;
    writer.begun += 1;
    if (writer.begun === nth && step === 'half') {
      handle.writeFile = async (content) => {
        const bytes = Buffer.from(typeof content === 'string' || content instanceof Uint8Array ? content : '');
        await handle.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
        await arrive(writer);
      };
    }
    return handle;
  };
  Object.assign(fs, { open: opening, rename: naming(rename), link: naming(link) });
  // What others import by name is replaced as well.
  syncBuiltinESMExports();
}

export function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
