/** @file What the tests of the API have in common: a client of an open test library, and how its lists and streams are read. */
import { eventually } from '../support/eventually.ts';
import { openTestApp, type TestApp } from './testApp.ts';
import type { Client, Transport } from './transports.ts';

/** A library with a client of its API. */
export interface OpenedApi extends AsyncDisposable {
  readonly test: TestApp;
  readonly client: Client;
}

export async function openApi(connect: (app: TestApp['app']) => Promise<Transport>): Promise<OpenedApi> {
  await using resources = new AsyncDisposableStack();
  const test = resources.use(await openTestApp());
  const { client } = resources.use(await connect(test.app));
  const opened = resources.move();
  return { test, client, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

export const everything = { query: '', order: 'name', descending: false } as const;

/** Of a list of photos. */
export function idsOf({ ids }: { readonly ids: string }): number[] {
  const bytes = Buffer.from(ids, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
}

export async function readUntil<Event>(
  events: AsyncIterable<Event>,
  isLast: (event: Event) => boolean,
): Promise<Event[]> {
  const seen: Event[] = [];
  for await (const event of events) {
    seen.push(event);
    if (isLast(event)) break;
  }
  return seen;
}

/** Waits until the run is done. */
export async function settled(client: Client, runId: number | null): Promise<void> {
  await eventually(async () => {
    const { state } = await client.runs.get({ runId: runId ?? 0 });
    if (state !== 'done') throw new Error(`run ${runId} is ${state}`);
  }, 20_000);
}
