/** @file The one bridge between the page and the main process: passes on the end of the channel that the page offers, and exposes nothing. Runs sandboxed, before the page. */
import { ipcRenderer } from 'electron';
import type { ConnectMessage } from './contract.ts';

const connectMessage: ConnectMessage = 'vignette:connect';

window.addEventListener('message', (event) => {
  const fromThisPage = event.source === window && event.origin === location.origin;
  if (!fromThisPage || event.data !== connectMessage) return;
  ipcRenderer.postMessage(connectMessage, null, [...event.ports]);
});
