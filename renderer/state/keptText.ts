/** @file The browser's storage of small texts. A browser that stores nothing forgets them with the page. Renderer only. */

export interface KeptText {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

function orElse<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

export const keptText: KeptText = {
  getItem: (key) => orElse(() => localStorage.getItem(key), null),
  setItem: (key, value) => orElse(() => localStorage.setItem(key, value), undefined),
  removeItem: (key) => orElse(() => localStorage.removeItem(key), undefined),
};
