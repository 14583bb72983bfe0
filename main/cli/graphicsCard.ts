/** @file The graphics card that a command's models would run on. CLI. */
import { type GraphicsCard, graphicsCardFor } from '../../native-models/devices/listedDevice.ts';
import type { CliContext } from './cliContext.ts';
import { libraryFolderOf } from './commonOptions.ts';
import { deviceOf } from './deviceOption.ts';
import { startHost } from './startHost.ts';
import type { Terminal } from './terminal.ts';

/** In a process of its own: a graphics driver may end it. */
export async function cardOf(
  options: unknown,
  { context, terminal }: { readonly context: CliContext; readonly terminal: Terminal },
): Promise<GraphicsCard | undefined> {
  const device = await deviceOf(options, libraryFolderOf(options, context));
  if (device === 'cpu') return undefined;
  await using host = startHost(context, terminal);
  return graphicsCardFor(device, await host.devices({ signal: context.interrupt }));
}
