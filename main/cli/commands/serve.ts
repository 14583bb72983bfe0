/** @file `vignette serve`: the interface in a browser, for as long as the command runs. */
import { Command } from 'commander';
import * as z from 'zod';
import { hostNameOf, isLoopback } from '../../server/hostNames.ts';
import { chosenModel } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption, namedDevice } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { namedFolders } from '../namedFile.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({
  port: z.string(),
  host: z.string(),
  allowHost: z.array(z.string()).default([]),
  open: z.boolean().default(false),
  model: z.string().optional(),
});

export function serveCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('serve')
    .summary(help.serve.summary)
    .description(help.serve.description)
    .argument('[FOLDER...]', help.serve.folders)
    .option('--port <N>', help.serve.port, '0')
    .option('--host <ADDR>', help.serve.host, '127.0.0.1')
    .option('--allow-host <NAME>', help.serve.allowHost, (name: string, before: readonly string[] = []) => [
      ...before,
      name,
    ])
    .option('--open', help.serve.open)
    .option('--model <ID>', common.model);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (folders: string[], options: unknown) => {
    const { port, host, allowHost, open, model: modelId } = optionValuesSchema.parse(options);
    const device = namedDevice(options);
    const portNumber = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
    if (!(portNumber <= 65535)) {
      throw new UsageError((usage) => usage.outOfRange('--port', { isWhole: true, from: 0, to: 65535 }, port));
    }
    const wrongName = allowHost.find((name) => hostNameOf(name) === undefined);
    if (wrongName !== undefined) {
      throw new UsageError((usage) => usage.hostName(wrongName));
    }
    const terminal = new Terminal(context, { plain: true });
    const { general } = terminal.texts.commandLine;
    if (!isLoopback(host)) await terminal.note(general.openToNetwork(host));
    const libraryFolder = libraryFolderOf(options, context);
    const model = modelId === undefined ? undefined : chosenModel(await context.models(libraryFolder).list(), modelId);
    const served = await context.serve({
      port: portNumber,
      host,
      allowedHosts: allowHost,
      open,
      folders: (await Promise.all(folders.map((folder) => namedFolders(folder, context)))).flat(),
      model,
      device,
      libraryFolder,
      signal: context.interrupt,
      onNewUrl: (url) => void terminal.note(general.browserConnected(url)),
    });
    const stop = () => void served.close();
    context.interrupt.addEventListener('abort', stop, { once: true });
    if (context.interrupt.aborted) {
      stop();
    }
    await terminal.print(wantsJson(options) ? JSON.stringify({ url: served.url }) : served.url);
    await served.closed;
    setExitCode(exitCode.done);
  });
}
