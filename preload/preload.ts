/** @file The one bridge between the page and the main process: passes on the end of the channel that the page offers, and the paths of what a person drops on the window; exposes nothing. Runs sandboxed, before the page. */
import { ipcRenderer, webUtils } from 'electron';
import type { ConnectMessage, DroppedMessage } from './contract.ts';

const connectMessage: ConnectMessage = 'vignette:connect';
const droppedMessage: DroppedMessage = 'vignette:dropped';

window.addEventListener('message', (event) => {
  const fromThisPage = event.source === window && event.origin === location.origin;
  if (!fromThisPage || event.data !== connectMessage) return;
  ipcRenderer.postMessage(connectMessage, null, [...event.ports]);
});

// Before the page, which cannot learn the path of a file. What it makes up itself is not trusted, and has no path.
window.addEventListener(
  'drop',
  (event) => {
    if (!event.isTrusted || event.dataTransfer === null) return;
    const paths = [...event.dataTransfer.files]
      .map((file) => webUtils.getPathForFile(file))
      .filter((path) => path !== '');
    if (paths.length > 0) ipcRenderer.send(droppedMessage, paths);
  },
  { capture: true },
);
