/** @file What menus list. Renderer only. */
import type { Component } from 'svelte';

export interface MenuAction {
  readonly title: string;
  readonly run: () => void;
  /** From lucide. */
  readonly icon?: Component | undefined;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  /** Shown with a tick. */
  readonly chosen?: boolean;
}

/** A line that opens a menu of its own. */
export interface MenuGroup extends Pick<MenuAction, 'title' | 'icon'> {
  readonly items: readonly MenuItem[];
}

export type MenuItem = MenuAction | MenuGroup | 'separator';
