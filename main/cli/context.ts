/** @file The composition root of the command: the real streams, models, host and server. */
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { forkImport } from '../../native-models/compiler/remoteImport.ts';
import { forkFloor } from '../../native-models/devices/remoteFloor.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { findInstallation } from '../api/installation.ts';
import { installedModels } from '../library/models/installedModels.ts';
import { MachineSpeed } from '../library/models/machineSpeed.ts';
import type { CliContext, ServedLibrary, ServeRequest } from './cliContext.ts';
import { nodeStream } from './nodeStream.ts';
import { openInBrowser, programOpener } from './openInBrowser.ts';

export function realContext(interrupt: AbortSignal): CliContext {
  return {
    stdout: nodeStream(process.stdout),
    stderr: nodeStream(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    homeFolder: homedir(),
    temporaryFolder: tmpdir(),
    interrupt,
    nowMs: () => performance.now() + performance.timeOrigin,
    models: (libraryFolder) => installedModels(...modelFolders(libraryFolder)),
    machineSpeed,
    startHost: (onRestart, onNotice) => ModelHost.start({ onRestart, onNotice }),
    serve,
  };
}

function modelFolders(libraryFolder: string): [installed: string, bundled: string] {
  return [path.join(libraryFolder, 'models'), findInstallation().bundledModelsFolder];
}

function machineSpeed(folder: string): MachineSpeed {
  return new MachineSpeed({ folder, version: packageJson.version, startProcess: forkFloor });
}

async function serve(request: ServeRequest): Promise<ServedLibrary> {
  const { folders, model, device, port, host, allowedHosts, open, signal, libraryFolder, onNewUrl } = request;
  const { openApp } = await import('../api/liveApp.ts');
  const { startServer } = await import('../server/serve.ts');
  const app = await openApp({
    libraryFolder,
    signal,
    device,
    startHost: (onNotice) => ModelHost.start({ onNotice }),
    about: { version: packageJson.version, host: 'server' },
    models: installedModels(...modelFolders(libraryFolder), forkImport),
    demoFolder: findInstallation().demoPhotosFolder,
  });
  try {
    for (const folder of folders) await app.folders.addFolder(folder, { modelId: model?.id, captions: true });
    await app.start();
    const server = await startServer({ app, port, host, allowedHosts, onNewUrl });
    const opened = open ? await openInBrowser(server.newUrl(), libraryFolder, programOpener) : undefined;
    return {
      url: server.url,
      close: () => server.close(),
      closed: server.closed.then(async () => {
        await opened?.[Symbol.asyncDispose]();
        await app[Symbol.asyncDispose]();
      }),
    };
  } catch (error) {
    await app[Symbol.asyncDispose]();
    throw error;
  }
}
