/** @file Opens the graphs of a model. Model host. */
import { GraphSession, type SessionSettings } from './graphSession.ts';

type Sessions<Names extends readonly string[]> = { [K in keyof Names]: GraphSession };

/** Opens all graphs, or none. @throws ModelError, DeviceError */
export async function openSessions<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
): Promise<Sessions<Names>> {
  const sessions: GraphSession[] = [];
  try {
    for (const name of names) sessions.push(await GraphSession.open(folder, name, settings));
  } catch (error) {
    await closeSessions(sessions);
    throw error;
  }
  return sessions as Sessions<Names>;
}

export async function closeSessions(sessions: readonly GraphSession[]): Promise<void> {
  for (const session of sessions) await session[Symbol.asyncDispose]();
}
