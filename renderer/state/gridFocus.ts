/** @file Moves the focus among the photos of the page with the arrow keys, as the rows lie on the screen. Renderer only. */

const photoSelector = '[data-photo]';

function centreX(box: DOMRect): number {
  return box.left + box.width / 2;
}

/** The photo in the next or previous row whose middle is nearest; the rows are read off the layout. */
function inOtherRow(from: HTMLElement, photos: readonly HTMLElement[], direction: 1 | -1): HTMLElement | undefined {
  const here = from.getBoundingClientRect();
  const beyond = photos
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => (direction === 1 ? box.top >= here.bottom : box.bottom <= here.top));
  const tops = beyond.map(({ box }) => box.top);
  const rowTop = direction === 1 ? Math.min(...tops) : Math.max(...tops);
  return beyond
    .filter(({ box }) => Math.abs(box.top - rowTop) < 1)
    .sort((a, b) => Math.abs(centreX(a.box) - centreX(here)) - Math.abs(centreX(b.box) - centreX(here)))[0]?.element;
}

function neighbour(from: HTMLElement, key: string): HTMLElement | undefined {
  const photos = [...document.querySelectorAll<HTMLElement>(photoSelector)];
  const index = photos.indexOf(from);
  switch (key) {
    case 'ArrowRight':
      return photos[index + 1];
    case 'ArrowLeft':
      return photos[index - 1];
    case 'ArrowDown':
      return inOtherRow(from, photos, 1);
    case 'ArrowUp':
      return inOtherRow(from, photos, -1);
    case 'Home':
      return photos[0];
    case 'End':
      return photos.at(-1);
    default:
      return undefined;
  }
}

export function focusNeighbour(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const from = event.target instanceof Element ? event.target.closest<HTMLElement>(photoSelector) : null;
  const to = from === null ? undefined : neighbour(from, event.key);
  if (to === undefined) return;
  event.preventDefault();
  to.focus();
}
