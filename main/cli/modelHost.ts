/** @file The model host of a command, whose person is told when it had to be started again or computes on another device, and the graphics card that it would use. */
import { type GraphicsCard, graphicsCardFor } from '../../native-models/devices/listedDevice.ts';
import { noticeText } from '../../resources/messages/noticeText.ts';
import type { CliContext, CliHost } from './cliContext.ts';
import { libraryFolderOf } from './commonOptions.ts';
import { deviceOf } from './deviceOption.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

export function startHost(context: CliContext, terminal: Terminal): CliHost {
  const { texts } = terminal;
  return context.startHost(
    (reason) => void terminal.note(texts.commandLine.general.hostStopped(printable(reason))),
    (notices) => void terminal.note(printable(noticeText(notices, texts))),
  );
}

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
