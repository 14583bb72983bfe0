/** @file What the page does not begin with, in one piece: many small ones take a browser longer than a large one. Renderer only. */
export { default as SelectionBar } from '../components/bulk/SelectionBar.svelte';
export { default as RightPanel } from '../components/panel/RightPanel.svelte';
export { default as compare } from './CompareView.svelte';
export { default as map } from './MapView.svelte';
export { default as models } from './ModelsView.svelte';
export { default as photo } from './PhotoView.svelte';
export { default as pilot } from './PilotView.svelte';
export { default as review } from './ReviewView.svelte';
export { default as runs } from './RunsView.svelte';
export { default as run } from './RunView.svelte';
export { default as settings } from './SettingsView.svelte';
export { default as tags } from './TagsView.svelte';
