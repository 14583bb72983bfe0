/** @file What can be done to tags everywhere. Renderer only. */
export type TagTask = 'rename' | 'merge' | 'move' | 'remove' | 'replace' | 'drop' | 'keep';
