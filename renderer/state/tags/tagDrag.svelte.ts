/** @file Giving tags with the mouse: photos dragged onto a tag, or a tag onto photos. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { SelectionState } from '../selection.svelte.ts';

export type Dragged =
  | { readonly kind: 'photos'; readonly photoId: number; readonly count: number; readonly selection: Selection }
  | { readonly kind: 'tag'; readonly path: string };

/** A tag, or a photo that stands for all that are selected with it. */
export type DropTarget =
  | { readonly kind: 'tag'; readonly path: string }
  | { readonly kind: 'photo'; readonly photoId: number };

/** A press that moves less is none. */
const minMovePx = 5;

export class TagDrag {
  readonly #selection: Pick<SelectionState, 'has' | 'count' | 'asInput'>;
  /** The photos are to be given the tag. */
  ondrop: (photos: Selection, path: string) => void = () => undefined;
  #dragged = $state.raw<Dragged | null>(null);
  #target = $state.raw<DropTarget | null>(null);
  #point = $state.raw({ x: 0, y: 0 });

  constructor(selection: Pick<SelectionState, 'has' | 'count' | 'asInput'>) {
    this.#selection = selection;
  }

  /** Null while nothing is dragged. */
  get dragged(): Dragged | null {
    return this.#dragged;
  }
  /** What it would be dropped on. */
  get target(): DropTarget | null {
    return this.#target;
  }
  /** Of the pointer, in the window. */
  get point(): { readonly x: number; readonly y: number } {
    return this.#point;
  }

  /** Whether a drop now would tag the photo. */
  isOver(photoId: number): boolean {
    if (this.#target?.kind !== 'photo') return false;
    const over = this.#target.photoId;
    return over === photoId || (this.#selection.has(over) && this.#selection.has(photoId));
  }

  /** How many photos a drop now would tag. */
  get count(): number {
    if (this.#dragged?.kind === 'photos') return this.#dragged.count;
    const over = this.#target?.kind === 'photo' ? this.#target.photoId : undefined;
    return over !== undefined && this.#selection.has(over) ? this.#selection.count : 1;
  }

  /**
   * Follows a press of the mouse until it ends. Not with the browser's own dragging: the elements of the grid are others
   * when it has scrolled meanwhile.
   *
   * @param dragged asked where the press becomes one that drags
   * @param onclick where it does not
   */
  press(event: PointerEvent, dragged: () => Dragged, onclick?: () => void): void {
    if (event.button !== 0 || event.pointerType !== 'mouse') return;
    const from = { x: event.clientX, y: event.clientY };
    const gone = new AbortController();
    const options = { signal: gone.signal, capture: true };
    const end = () => {
      gone.abort();
      this.#dragged = null;
      this.#target = null;
    };
    const move = (moved: PointerEvent) => {
      if (moved.pointerId !== event.pointerId) return;
      this.#point = { x: moved.clientX, y: moved.clientY };
      const movedPx = Math.max(Math.abs(moved.clientX - from.x), Math.abs(moved.clientY - from.y));
      if (this.#dragged === null && movedPx < minMovePx) return;
      if (this.#dragged === null) {
        this.#dragged = dragged();
        // What is drawn again meanwhile loses no event, and nothing under the pointer takes it for its own.
        document.documentElement.setPointerCapture(event.pointerId);
      }
      this.#target = targetAt(this.#point, this.#dragged);
    };
    const release = () => {
      const [what, onto] = [this.#dragged, this.#target];
      end();
      if (what === null) onclick?.();
      else {
        ignoreClick();
        if (onto !== null) this.#drop(what, onto);
      }
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape' || this.#dragged === null) return;
      pressed.preventDefault();
      pressed.stopPropagation();
      end();
      // The button is still held.
      window.addEventListener('pointerup', ignoreClick, { capture: true, once: true });
    };
    window.addEventListener('pointermove', move, options);
    window.addEventListener('pointerup', release, options);
    window.addEventListener('pointercancel', end, options);
    // Of the window alone: within the page, the focus may go to what was pressed.
    window.addEventListener('blur', end, { signal: gone.signal });
    window.addEventListener('keydown', key, options);
  }

  #drop(dragged: Dragged, target: DropTarget): void {
    if (dragged.kind === 'photos' && target.kind === 'tag') this.ondrop(dragged.selection, target.path);
    else if (dragged.kind === 'tag' && target.kind === 'photo') {
      const isSelected = this.#selection.has(target.photoId);
      this.ondrop(isSelected ? this.#selection.asInput() : { photoIds: [target.photoId] }, dragged.path);
    }
  }
}

function targetAt({ x, y }: { readonly x: number; readonly y: number }, { kind }: Dragged): DropTarget | null {
  const attribute = kind === 'photos' ? 'data-tag' : 'data-photo';
  const element = document.elementFromPoint(x, y)?.closest(`[${attribute}]`);
  const value = element?.getAttribute(attribute);
  if (value === null || value === undefined) return null;
  return kind === 'photos' ? { kind: 'tag', path: value } : { kind: 'photo', photoId: Number(value) };
}

/** The one that the browser makes of a press and its release. */
function ignoreClick(): void {
  const ignore = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', ignore, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', ignore, { capture: true }));
}
