/** @file Entry of a picture process: connects a PictureServer to the process that started it. */
import { serveParent } from '../../../../native-models/runtime/parentProcess.ts';
import { PictureServer } from './pictureServer.ts';

serveParent(
  (send) => {
    const server = new PictureServer(send);
    return (message) => server.receive(message);
  },
  { messagesAsText: true },
);
