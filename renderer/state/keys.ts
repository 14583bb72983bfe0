/** @file Keys as commands name them (`mod+k`, `shift+enter`, `?`), matched against the keyboard and written for people. Pure; renderer only. */

/** `mod` is Command on a Mac and Control elsewhere. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const named: Readonly<Record<string, string>> = {
  enter: '⏎',
  escape: 'Esc',
  space: 'Space',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  delete: 'Del',
  backspace: '⌫',
  home: 'Home',
  end: 'End',
  pageup: 'Page Up',
  pagedown: 'Page Down',
};

function isLetter(key: string): boolean {
  return /^\p{L}$/u.test(key);
}

export function matchesKeys(keys: string, pressed: Pressed, isMac: boolean): boolean {
  const parts = keys.toLowerCase().split('+');
  const key = parts.pop() || '+';
  const mod = isMac ? pressed.metaKey : pressed.ctrlKey;
  const otherMod = isMac ? pressed.ctrlKey : pressed.metaKey;
  const pressedKey = pressed.key === ' ' ? 'space' : pressed.key.toLowerCase();
  if (pressedKey !== key || otherMod || mod !== parts.includes('mod') || pressed.altKey !== parts.includes('alt'))
    return false;
  // Signs such as ? need Shift on some keyboards and not on others.
  const shiftMatters = isLetter(key) || key.length > 1;
  return !shiftMatters || pressed.shiftKey === parts.includes('shift');
}

/** The keys one by one, as their caps are labelled. */
export function keyCaps(keys: string, isMac: boolean): string[] {
  const parts = keys.split('+');
  const key = parts.pop() || '+';
  // Of the plus sign alone an empty part is left.
  const modifiers = parts
    .filter((part) => part !== '')
    .map((part) => {
      if (part === 'mod') return isMac ? '⌘' : 'Ctrl';
      if (part === 'shift') return isMac ? '⇧' : 'Shift';
      return isMac ? '⌥' : 'Alt';
    });
  return [...modifiers, named[key.toLowerCase()] ?? key.toUpperCase()];
}

/** Where several want a key, the last one gets it, as when it is pressed: it is listed there and nowhere else. */
export function withOwnKeys<T extends { readonly keys?: readonly string[] }>(commands: readonly T[]): T[] {
  const taken = new Set<string>();
  const listed: T[] = [];
  for (const command of commands.toReversed()) {
    const keys = (command.keys ?? []).filter((one) => !taken.has(one));
    for (const one of keys) taken.add(one);
    if (keys.length > 0) listed.unshift({ ...command, keys });
  }
  return listed;
}
