/** @file Starts a model host for a command, and says so when its process had to be started again or computes on another device. */
import { noticeText } from '../../resources/messages/noticeText.ts';
import type { CliContext, CliHost } from './cliContext.ts';
import { textsOf } from './language.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

export function startHost(context: CliContext, terminal: Terminal): CliHost {
  return context.startHost(
    (reason) => void terminal.note(`The model's process stopped (${printable(reason)}). Restarting it.`),
    (notices) => void terminal.note(printable(noticeText(notices, textsOf(context)))),
  );
}
