/** @file The placement of the photo that is looked at: follows wheel, keys and pointers, and stays fitted until it is enlarged. Renderer only. */
import { type Rectangle, visiblePart } from './photoPart.ts';
import {
  bounded,
  fitted,
  movedBy,
  type Placement,
  type Point,
  placedAs,
  type SeenPart,
  type Size,
  seenPart,
  stepZoom,
  type Turn,
  turned,
  turnedBy,
  zoomedAt,
} from './zoom.ts';

const none: Size = { width: 1, height: 1 };

export class ZoomState {
  /** As it lies in its file. */
  #upright = $state.raw<Size>(none);
  #turn = $state<Turn>(0);
  readonly #photo = $derived(turned(this.#upright, this.#turn));
  #frame = $state.raw<Size>(none);
  /** Undefined while the photo is fitted: then it follows the frame. */
  #chosen = $state.raw<Placement | undefined>(undefined);
  /** What is seen of another photo that this one is compared with. */
  #followed = $state.raw<SeenPart | undefined>(undefined);
  readonly #onseen: ((seen: SeenPart | undefined) => void) | undefined;

  /** Long side of the picture that is shown, and whether a larger one is on its way. */
  #picture = $state.raw<{ readonly px: number; readonly isLoading: boolean }>({ px: 0, isLoading: false });

  readonly placement = $derived(this.#place());

  /** @param onseen told when a person zooms or moves the photo; undefined: it is fitted */
  constructor(onseen?: (seen: SeenPart | undefined) => void) {
    this.#onseen = onseen;
  }

  /** What of the photo is on the screen. */
  readonly visible: Rectangle = $derived(visiblePart(this.placement, this.#frame, this.#upright, this.#turn));

  get picture(): { readonly px: number; readonly isLoading: boolean } {
    return this.#picture;
  }

  setPicture(px: number, isLoading: boolean): void {
    this.#picture = { px, isLoading };
  }

  get isFitted(): boolean {
    return this.#chosen === undefined && this.#followed === undefined;
  }

  /** Undefined while it is fitted. */
  get seen(): SeenPart | undefined {
    return this.isFitted ? undefined : seenPart(this.placement, this.#photo, this.#frame);
  }

  /** Shows the same part as another photo, also once this one's size is known; undefined: fitted, as that one is. */
  follow(seen: SeenPart | undefined): void {
    this.#chosen = undefined;
    this.#followed = seen;
  }

  /** One of another shape is fitted again. */
  setPhoto(photo: Size): void {
    if (photo.width === this.#upright.width && photo.height === this.#upright.height) return;
    this.#upright = photo;
    this.#chosen = undefined;
  }

  setFrame(frame: Size): void {
    if (frame.width > 0 && frame.height > 0) this.#frame = frame;
  }

  /** How far the view is turned, clockwise; the file is not. */
  get turn(): Turn {
    return this.#turn;
  }

  /** By a quarter, clockwise or back, and fitted. */
  turnBy(quarters: 1 | -1): void {
    this.#turn = turnedBy(this.#turn, quarters);
    this.follow(undefined);
  }

  /** With another photo: fitted, and as it lies in its file. */
  begin(): void {
    this.#turn = 0;
    this.follow(undefined);
  }

  fit(): void {
    this.follow(undefined);
    this.#onseen?.(undefined);
  }

  /** A pixel of the photo on a pixel of the screen. */
  actualSize(pixelRatio: number, at: Point = { x: 0, y: 0 }): void {
    this.#set(zoomedAt(this.placement, 1 / pixelRatio / this.placement.scale, at, this.#photo, this.#frame));
  }

  toggle(pixelRatio: number, at: Point): void {
    if (this.isFitted) this.actualSize(pixelRatio, at);
    else this.fit();
  }

  step(direction: 1 | -1): void {
    this.#set(stepZoom(this.placement, direction, this.#photo, this.#frame));
  }

  zoomAt(factor: number, at: Point): void {
    this.#set(zoomedAt(this.placement, factor, at, this.#photo, this.#frame));
  }

  moveBy(by: Point): void {
    this.#set(movedBy(this.placement, by, this.#photo, this.#frame));
  }

  /** Zooming out until the whole photo is there means: fitted. */
  #set(placement: Placement): void {
    const fit = fitted(this.#photo, this.#frame);
    this.follow(undefined);
    this.#chosen = Math.abs(placement.scale - fit.scale) < fit.scale * 0.001 ? undefined : placement;
    this.#onseen?.(this.seen);
  }

  #place(): Placement {
    if (this.#chosen !== undefined) return bounded(this.#chosen, this.#photo, this.#frame);
    if (this.#followed !== undefined) return placedAs(this.#followed, this.#photo, this.#frame);
    return fitted(this.#photo, this.#frame);
  }
}
