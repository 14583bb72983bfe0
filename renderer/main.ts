/** @file Starts the interface: the connection first, for the library answers while the rest of the page is loaded. Renderer only. */
import '@fontsource-variable/inter';
import './styles/tokens.css';
import './styles/base.css';
import './styles/floating.css';
import { mount } from 'svelte';
import { connectEarly } from './state/connection.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with the id "app".');
const open = connectEarly();
const { default: App } = await import('./App.svelte');
mount(App, { target, props: { open } });
