/** @file Opens the graphs of a model, packed for this machine where they are kept so. Model host. */
import { GraphSession, type GraphSource, type SessionSettings } from './graphSession.ts';
import { findPacked, PackingRun, packableOf, removePacked } from './packedForm.ts';

type Sessions<Names extends readonly string[]> = { [K in keyof Names]: GraphSession };

/** Opens all graphs, or none. @throws ModelError, DeviceError */
export async function openSessions<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
): Promise<Sessions<Names>> {
  const opened = settings.keepsPacked === true ? await openPacked(folder, names, settings) : undefined;
  return opened ?? (await openAll(folder, names, settings, () => ({ type: 'compiled' })));
}

export async function closeSessions(sessions: readonly GraphSession[]): Promise<void> {
  for (const session of sessions) await session[Symbol.asyncDispose]();
}

/** Packs them first where they are not packed yet. Undefined where that cannot be done: the model itself may be sound. */
async function openPacked<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
): Promise<Sessions<Names> | undefined> {
  try {
    const packable = await packableOf(folder, names);
    if (packable.length === 0) return undefined;
    const packed = (await findPacked(folder, packable)) ?? (await pack(folder, packable, settings));
    if (packed === undefined) return undefined;
    return await openAll(folder, names, settings, (name) =>
      packable.includes(name) ? { type: 'packed', folder: packed } : { type: 'compiled' },
    );
  } catch {
    await removePacked(folder);
    return undefined;
  }
}

/** One graph after the other, so that no more than one is in memory. Returns where they are. */
async function pack(folder: string, names: readonly string[], settings: SessionSettings): Promise<string | undefined> {
  const run = await PackingRun.start(folder, names);
  if (run === undefined) return undefined;
  try {
    for (const name of names) {
      const session = await GraphSession.open(folder, name, settings, {
        type: 'compiled-and-kept',
        target: run.targetOf(name),
      });
      await session[Symbol.asyncDispose]();
    }
    await run.finish(names);
  } catch {
    // a disk that filled meanwhile, say
    await run.abandon();
  }
  return await findPacked(folder, names);
}

async function openAll<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
  sourceOf: (name: string) => GraphSource,
): Promise<Sessions<Names>> {
  const sessions: GraphSession[] = [];
  try {
    for (const name of names) sessions.push(await GraphSession.open(folder, name, settings, sourceOf(name)));
  } catch (error) {
    await closeSessions(sessions);
    throw error;
  }
  return sessions as Sessions<Names>;
}
