/** @file `vignette models verify ID`: every byte of a model, and the numbers it computes. */
import { Command } from 'commander';
import { type Device, type DeviceChoice, deviceNames } from '../../../native-models/devices/device.ts';
import { formatBytes } from '../../../resources/messages/commandLine/quantities.ts';
import type { ListedModel } from '../../library/models/installedModels.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption, namedDevice } from '../deviceOption.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { modelOf } from '../libraryModels.ts';
import { startHost } from '../modelHost.ts';
import { Terminal } from '../terminal.ts';

export function modelsVerifyCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('verify').description(help.models.verify).argument('<ID>', help.model);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (id: string, options: unknown) => {
    const choice = namedDevice(options);
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const texts = terminal.texts.commandLine.models;
    const models = context.models(libraryFolderOf(options, context));
    const model = modelOf(await models.list(), id);
    const report = await models.verify(model.folder, {
      signal: context.interrupt,
      onProgress: ({ doneBytes, totalBytes }) =>
        void terminal.progress(() => texts.verifying(formatBytes(doneBytes), formatBytes(totalBytes))),
    });
    await terminal.clearProgress();
    const device = choice === undefined ? undefined : await computingDevice(model, choice, { context, terminal });
    await terminal.print(
      json
        ? JSON.stringify({ id, ok: true, files: report.files, ...(device === undefined ? {} : { device }) })
        : texts.verified(id, report.files, device === undefined ? undefined : deviceNames[device]),
    );
    setExitCode(exitCode.done);
  });
}

/** In a process of its own: a graphics driver may end it. @throws DeviceError DEVICE_UNUSABLE */
async function computingDevice(
  { folder }: ListedModel,
  device: DeviceChoice,
  { context, terminal }: { readonly context: CliContext; readonly terminal: Terminal },
): Promise<Device> {
  await using host = startHost(context, terminal);
  return (await host.verify(folder, { signal: context.interrupt, device, onlyDevice: true })).device;
}
