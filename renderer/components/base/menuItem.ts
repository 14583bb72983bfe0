/** @file What menus list. Renderer only. */
import type { Component } from 'svelte';

export interface MenuAction {
  readonly title: string;
  readonly run: () => void;
  /** From lucide. */
  readonly icon?: Component | undefined;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** Shown with a tick. */
  readonly chosen?: boolean;
}

export type MenuItem = MenuAction | 'separator';
