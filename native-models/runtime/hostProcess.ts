/**
 * @file Entry of the model host process: connects a HostServer to the process that started it, be it Node's
 * `child_process.fork` or Electron's `utilityProcess`.
 */
import { HostServer } from './hostServer.ts';

/** What Electron adds to `process` inside a utility process. */
interface UtilityProcess {
  readonly parentPort: {
    postMessage(message: unknown): void;
    on(event: 'message', listener: (event: { data: unknown }) => void): void;
  };
}

function utilityPort(candidate: object): UtilityProcess['parentPort'] | undefined {
  return 'parentPort' in candidate ? (candidate as UtilityProcess).parentPort : undefined;
}

const parentPort = utilityPort(process);
if (parentPort !== undefined) {
  const server = new HostServer((message) => parentPort.postMessage(message));
  parentPort.on('message', ({ data }) => server.receive(data));
} else {
  const server = new HostServer((message) => process.send?.(message));
  process.on('message', (message) => server.receive(message));
  // the parent is gone: whatever is under way has nobody to go to
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches the whole process group, but it is the parent that decides what it means
  process.on('SIGINT', () => {});
}
