/** @file Ctrl+Enter does what the form with the focus is for. Renderer only. */
import { matchesKeys } from './keys.ts';

export const formKeys = 'mod+enter';
/** Where there is a first step, all of it at once. */
export const wholeFormKeys = 'mod+shift+enter';

/** On a button that comes before the form's own: work on many photos is tried on a few of them first. */
export const firstStep = { 'data-first-step': '' } as const;

/** Heard before whatever has the focus, since a list would open. */
export function takeFormKeys(event: KeyboardEvent, isMac: boolean): void {
  const isWhole = matchesKeys(wholeFormKeys, event, isMac);
  if (event.isComposing || !(isWhole || matchesKeys(formKeys, event, isMac))) return;
  const form = formWithFocus();
  if (form === undefined) return;
  // Nothing else takes them while something is missing in the form.
  event.preventDefault();
  event.stopPropagation();
  const buttons = [...form.elements].filter(
    (element): element is HTMLButtonElement => element instanceof HTMLButtonElement && !element.disabled,
  );
  const first = isWhole ? undefined : buttons.find((button) => button.matches('[data-first-step]'));
  (first ?? buttons.find((button) => button.matches('[type=submit]')))?.click();
}

function formWithFocus(): HTMLFormElement | undefined {
  const focused = document.activeElement;
  return focused?.closest('form') ?? focused?.closest('[role=dialog]')?.querySelector('form') ?? undefined;
}
