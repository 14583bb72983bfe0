/** @file Starts the interface: what it asks first, for the library answers while the components are loaded and drawn. Renderer only. */
import '@fontsource-variable/inter';
import './styles/tokens.css';
import './styles/base.css';
import './styles/floating.css';
import { mount } from 'svelte';
import { AppState } from './state/app.svelte.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with the id "app".');
const app = new AppState();
app.start();
const { default: App } = await import('./App.svelte');
mount(App, { target, props: { app } });
