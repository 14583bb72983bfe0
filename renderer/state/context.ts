/** @file Hands what all views share down the tree of components. Renderer only. */
import { createContext } from 'svelte';
import type { AppState } from './app.svelte.ts';

export const [getApp, setApp] = createContext<AppState>();
