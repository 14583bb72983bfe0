/** @file How a process that does one thing talks to the one that started it, be it with Node's `child_process.fork` or as Electron's `utilityProcess`. */
import { messageFromText, messageToText } from './messageText.ts';

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

/**
 * @param open makes what takes the messages, out of a way to answer
 * @param options `messagesAsText` as in ForkOptions of the process that forks it; a utility process has Electron's own messages
 */
export function serveParent(
  open: (send: (message: unknown) => void) => (message: unknown) => void,
  { messagesAsText = false } = {},
): void {
  const parentPort = utilityPort(process);
  if (parentPort !== undefined) {
    const receive = open((message) => parentPort.postMessage(message));
    parentPort.on('message', ({ data }) => receive(data));
    return;
  }
  // the parent is gone: whatever is under way has nobody to go to
  const end = () => process.exit();
  // Whether a message fails or the end is told first is up to chance; what fails unheard would be thrown.
  const sent = (error: Error | null) => (error === null ? undefined : end());
  const receive = open((message) =>
    process.send?.(messagesAsText ? messageToText(message) : message, undefined, undefined, sent),
  );
  process.on('message', (message) => receive(messagesAsText ? messageFromText(message) : message));
  process.on('disconnect', end);
  // Ctrl-C reaches the whole process group, but it is the parent that decides what it means
  process.on('SIGINT', () => {});
}
