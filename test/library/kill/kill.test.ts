/** @file A library whose process is killed at any moment loses nothing and contradicts itself nowhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { checkCatalog } from '../../../main/library/catalog/check.ts';
import { checkQueue, repairQueue } from '../../../main/library/catalog/jobs/jobCheck.ts';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import { systemVolumes } from '../../../main/library/watch/volumes.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { makeFiles } from './changeFiles.ts';
import { killFindings, misplacedCaptions } from './killChecks.ts';
import { saidSchema } from './said.ts';

const rounds = Number(process.env.VIGNETTE_KILL_ROUNDS ?? 20);
const seed = Number(process.env.VIGNETTE_KILL_SEED ?? 1);
const maxLifeMs = 1000;
const maxWrites = 300;

interface Folders {
  readonly library: string;
  readonly photos: string;
}

/** Lets the process live for a moment, kills it, and returns what it had confirmed. */
async function lifeOfProcess(
  { library, photos }: Folders,
  round: number,
  random: () => number,
  written: Map<number, string>,
) {
  const script = path.join(import.meta.dirname, 'restlessLibrary.ts');
  // By turns at a random time, now and then while the catalog is being opened, and after a random transaction.
  const writesToLive = round % 2 === 0 ? Math.ceil(random() * maxWrites) : 0;
  const killAfter = random() < 0.2 ? 'opening' : 'working';
  const child = spawn(process.execPath, [script, library, photos, String(round), String(writesToLive)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += String(data);
  });
  const exited = once(child, 'exit');
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const said = saidSchema.parse(JSON.parse(line));
      if (said.type === 'written') written.set(said.photoId, said.text);
      if (said.type === killAfter && writesToLive === 0) {
        const lifeMs = random() * (killAfter === 'opening' ? 60 : maxLifeMs);
        void wait(lifeMs).then(() => child.kill('SIGKILL'));
      }
    }
  })();
  const [code, signal] = await exited;
  await read;
  return { code, signal, complaint };
}

async function afterDeath({ library, photos }: Folders, written: ReadonlyMap<number, string>) {
  await using catalog = await openCatalog({ libraryFolder: library, owner: 'kill test', onNotice: () => {} });
  const { problems } = checkCatalog(catalog.connection);
  // Any start of the queue takes back the jobs of a run that was being cancelled.
  repairQueue(catalog.connection);
  const leftOver = checkQueue(catalog.connection);
  const findings = killFindings(catalog, written);
  const context = { catalog, disk: realDisk, volumes: systemVolumes(realDisk, process.platform), debounceMs: 0 };
  if (catalog.roots.list().length > 0) await scanLibrary(context);
  return { problems, leftOver, findings, misplaced: [...misplacedCaptions(catalog)], photos };
}

it.skipIf(process.platform === 'win32')(
  `a library survives ${rounds} times that its process is killed in the middle of everything (by signals, which Windows does not have)`,
  async () => {
    await using folder = await temporaryFolder();
    const random = randomNumbers(seed);
    const folders = { library: path.join(folder.path, 'library'), photos: path.join(folder.path, 'photos') };
    await mkdir(folders.photos);
    await makeFiles(folders.photos, 40, random);
    const written = new Map<number, string>();
    for (let round = 1; round <= rounds; round += 1) {
      const { signal, complaint } = await lifeOfProcess(folders, round, random, written);
      expect({ round, signal, complaint }).toEqual({ round, signal: 'SIGKILL', complaint: '' });
      const { problems, leftOver, findings, misplaced } = await afterDeath(folders, written);
      expect({ round, problems, leftOver, findings, misplaced }).toEqual({
        round,
        problems: [],
        leftOver: [],
        findings: [],
        misplaced: [],
      });
    }
    expect(written.size).toBeGreaterThan(0);
  },
  rounds * 30_000,
);
