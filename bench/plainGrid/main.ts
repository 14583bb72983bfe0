/** @file Starts the page of the grid benchmark's rival. Renderer only. */
import '../../renderer/styles/tokens.css';
import '../../renderer/styles/base.css';
import { mount } from 'svelte';
import PlainGrid from './PlainGrid.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with the id "app".');
mount(PlainGrid, { target });
