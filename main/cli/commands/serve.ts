/** @file `vignette serve`: the interface in a browser, for as long as the command runs. */
import { Command } from 'commander';
import * as z from 'zod';
import { hostNameOf, isLoopback } from '../../server/hostNames.ts';
import { chosenModel, modelChoiceHelp } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption, namedDevice } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
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
  const command = new Command('serve')
    .summary('show the library in a browser')
    .description(
      'Shows the library in a browser, and keeps it in step with its folders. Folders that are named are added to it,\n' +
        'and every photo in them is captioned. The printed address lets in one browser; when it has been used, one for\n' +
        'the next browser is printed. Ends with Ctrl-C.',
    )
    .argument('[FOLDER...]', 'folders to add')
    .option('--port <N>', 'the port; 0 takes any that is free', '0')
    .option('--host <ADDR>', 'the address to listen at; the default is reached from this machine only', '127.0.0.1')
    .option(
      '--allow-host <NAME>',
      'also answer to this name, for a proxy or a name of your network; may be given several times',
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option('--open', 'open the page in the browser')
    .option('--model <ID>', modelChoiceHelp);
  addDeviceOption(command);
  addCommonOptions(command);
  return command.action(async (folders: string[], options: unknown) => {
    const { port, host, allowHost, open, model: modelId } = optionValuesSchema.parse(options);
    const device = namedDevice(options);
    const portNumber = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
    if (!(portNumber <= 65535)) {
      throw new UsageError(`--port must be a whole number from 0 to 65535, not "${port}".`);
    }
    const wrongName = allowHost.find((name) => hostNameOf(name) === undefined);
    if (wrongName !== undefined) {
      throw new UsageError(
        `--allow-host needs a name without port and path, such as photos.example, not "${wrongName}".`,
      );
    }
    const terminal = new Terminal(context, { plain: true });
    if (!isLoopback(host)) await terminal.note(openToNetwork(host));
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
      onNewUrl: (url) => void terminal.note(`A browser was let in. For another one: ${url}`),
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

function openToNetwork(host: string): string {
  return (
    `Warning: other machines can reach ${host}, and nothing is encrypted: whoever listens on the network sees the photos\n` +
    'and the key to this page. Safer: serve without --host and reach it through "ssh -L", or through a proxy that speaks\n' +
    'TLS, with --allow-host.'
  );
}
