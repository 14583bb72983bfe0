/** @file Enter and Space on a button or link in the review press it, though both keys are also commands there. Renderer only. */

/** For `onkeydown` of the element. */
export function keepPress(event: KeyboardEvent): void {
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
  if (isPlain && (event.key === 'Enter' || event.key === ' ')) event.stopPropagation();
}
