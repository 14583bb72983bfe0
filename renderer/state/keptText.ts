/** @file The browser's storages of small texts. A browser that stores nothing forgets them with the page. Renderer only. */

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

function keptIn(storage: () => Storage): KeptText {
  return {
    getItem: (key) => orElse(() => storage().getItem(key), null),
    setItem: (key, value) => orElse(() => storage().setItem(key, value), undefined),
    removeItem: (key) => orElse(() => storage().removeItem(key), undefined),
  };
}

export const keptText: KeptText = keptIn(() => localStorage);

/** Outlives a reload, but not the window. */
export const sessionText: KeptText = keptIn(() => sessionStorage);
