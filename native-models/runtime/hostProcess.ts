/** @file Entry of the model host process: connects a HostServer to the process that started it. */
import { HostServer } from './hostServer.ts';
import { serveParent } from './parentProcess.ts';

serveParent((send) => {
  const server = new HostServer(send);
  return (message) => server.receive(message);
});
