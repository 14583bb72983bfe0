/** @file Ends this process at a step of writing a file that is counted, not timed. For the kill tests. */
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

/** Half of it is written; it is written and has no name yet; it has its name, and nothing else happened since. */
export const killSteps = ['half', 'unnamed', 'named'] as const;
export type KillStep = (typeof killSteps)[number];

const isInTheMaking = (file: unknown) => path.basename(String(file)).startsWith('.vignette-');

/** @param nth of the files, and folders, that get their names at the end */
export function killAt(step: KillStep, nth: number): void {
  let begun = 0;
  let named = 0;
  const { open, rename, link } = fs;
  const naming = (name: (from: string, to: string) => Promise<void>) => async (from: string, to: string) => {
    if (!isInTheMaking(from)) return await name(from, to);
    named += 1;
    const number = named;
    // Others that are written at the same time get no names after that.
    if (number > nth && step !== 'half') await new Promise(() => undefined);
    if (number === nth && step === 'unnamed') die();
    await name(from, to);
    if (number === nth && step === 'named') die();
  };
  const opening = async (...args: Parameters<typeof open>): Promise<FileHandle> => {
    const handle = await open(...args);
    if (!isInTheMaking(args[0]) || args[1] !== 'wx') return handle;
    begun += 1;
    if (begun === nth && step === 'half') {
      handle.writeFile = async (content) => {
        const bytes = Buffer.from(typeof content === 'string' || content instanceof Uint8Array ? content : '');
        await handle.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
        die();
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
