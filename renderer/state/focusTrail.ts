/**
 * @file Where the keyboard was: brings it back when a field is left, and finds it a place when what had it is gone. One
 * for the page. Renderer only.
 */

interface Step {
  readonly element: HTMLElement;
  /** The part of the page it is in. */
  readonly room: Element | null;
  /** In what goes again by itself: a notice, a menu, a dialog. */
  readonly isPassing: boolean;
  /** From the element outwards: what lay beside it, for the time when it is gone. */
  readonly places: readonly Place[];
}

interface Place {
  readonly parent: Element;
  readonly next: Element | null;
  readonly previous: Element | null;
}

const maxSteps = 24;
const focusable =
  ':is(button, input, textarea, select, a[href], summary, [tabindex]):not(:disabled, [tabindex="-1"], [type="hidden"])';
const typing = 'textarea, input:not([type=range], [type=checkbox], [type=radio])';
const rooms = 'main, aside, nav, header';
const passing = '[data-passing], [role=dialog], [role=alertdialog], [role=menu]';
const movingKeys = /^(Tab|Arrow(Up|Down|Left|Right)|Home|End)$/;
/** After the page itself had its turn: dialogs bring the keyboard back to what opened them. */
const waitMs = 60;

function canTake(element: Element | null): element is HTMLElement {
  return element instanceof HTMLElement && element.matches(focusable) && element.checkVisibility();
}

function stepOf(element: HTMLElement): Step {
  const room = element.closest(rooms);
  const places: Place[] = [];
  for (let at: Element = element; at.parentElement !== null && at !== room; at = at.parentElement)
    places.push({ parent: at.parentElement, next: at.nextElementSibling, previous: at.previousElementSibling });
  const isPassing = element.closest(passing) !== null || element.closest('#app') === null;
  return { element, room, isPassing, places };
}

/** Within the element, or itself. Nobody is put into a field that they did not go to. */
function takerIn(element: Element | null, from: 'start' | 'end'): HTMLElement | undefined {
  if (element === null || !element.isConnected) return undefined;
  const takers = [element, ...element.querySelectorAll(focusable)]
    .filter(canTake)
    .filter((one) => !one.matches(typing));
  return from === 'start' ? takers[0] : takers.at(-1);
}

function nearby({ places }: Step): HTMLElement | undefined {
  for (const { parent, next, previous } of places) {
    if (!parent.isConnected) continue;
    const taker = takerIn(next, 'start') ?? takerIn(previous, 'end') ?? takerIn(parent, 'start');
    if (taker !== undefined) return taker;
  }
  return undefined;
}

export class FocusTrail {
  /** The latest last. Null stands for the page itself, where nothing had the keyboard. */
  #steps: (Step | null)[] = [];
  /** What had the keyboard and was switched off. */
  #waiting: HTMLElement | undefined;
  /** The last thing that was done was done with a pointer: nothing beside it is to be pressed next by a key. */
  #isByPointer = false;
  /** The last thing that was done was to move the keyboard on. */
  #isByMovingKey = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Until the returned function is called: for an effect of the page. */
  follow(): () => void {
    const stop = new AbortController();
    document.addEventListener('focusin', (event) => this.#came(event), { signal: stop.signal });
    const options = { signal: stop.signal, capture: true };
    document.addEventListener('pointerdown', () => this.#did(undefined), options);
    document.addEventListener('keydown', ({ key }) => this.#did(key), options);
    const changes = new MutationObserver(() => this.#checkSoon());
    changes.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] });
    return () => {
      stop.abort();
      changes.disconnect();
      clearTimeout(this.#timer);
    };
  }

  /** Another view is shown: nothing of the one before is gone back to. */
  forget(): void {
    this.#steps = [];
  }

  /**
   * Leaves a field: goes back to where the keyboard was before it came to this part of the page.
   * @param own what opened the field, where that is in the part and only there again once the field is gone
   */
  leave(part: Element, own?: () => HTMLElement | undefined): void {
    const index = this.#steps.findLastIndex((step) => step === null || !part.contains(step.element));
    const before = this.#steps[index];
    this.#steps = this.#steps.slice(0, index + 1);
    if (before !== undefined && before !== null && canTake(before.element)) {
      before.element.focus({ preventScroll: true });
      return;
    }
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement) activeElement.blur();
    setTimeout(() => {
      const stand = own?.() ?? null;
      if (canTake(stand)) stand.focus({ preventScroll: true });
      else goHome();
    });
  }

  /** Whether what gets the keyboard now was gone to by a key; what closes gives it back, and so does a press of the pointer. */
  get isMovedByKey(): boolean {
    return this.#isByMovingKey;
  }

  /** @param key undefined for a press of the pointer */
  #did(key: string | undefined): void {
    this.#isByPointer = key === undefined;
    this.#isByMovingKey = key !== undefined && movingKeys.test(key);
  }

  #came({ target, relatedTarget }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return;
    const last = this.#steps.at(-1);
    // From the page itself, and not from something that is gone.
    const isFromPage = relatedTarget === null && (last === undefined || last?.element.isConnected === true);
    const kept = this.#steps.filter((step) => step === null || step.element !== target).slice(-maxSteps);
    this.#steps = [...kept, ...(isFromPage ? [null] : []), stepOf(target)];
  }

  #checkSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#check();
    }, waitMs);
  }

  /** What is only switched off for a while gets the keyboard back; what was left on purpose does not. */
  #check(): void {
    const last = this.#steps.at(-1);
    if (document.activeElement !== document.body || last === undefined || last === null) return;
    if (last.element.isConnected && last.element.matches(':disabled')) this.#waiting = last.element;
    else if (!last.element.isConnected) this.#findPlace(last);
    else if (this.#waiting === last.element) last.element.focus({ preventScroll: true });
    if (!last.element.matches(':disabled')) this.#waiting = undefined;
  }

  /** Where it came from, in this part of the page; else what lay beside it; else where it was before. */
  #findPlace(lost: Step): void {
    const before = this.#steps
      .slice(0, -1)
      .filter((step) => step !== null)
      .filter(({ isPassing }) => !isPassing);
    if (this.#isByPointer && !lost.isPassing) {
      goHome();
      return;
    }
    const opener = before.at(-1);
    const isNear = !lost.isPassing && opener !== undefined && opener.room === lost.room && canTake(opener.element);
    const target = isNear ? opener.element : lost.isPassing ? undefined : nearby(lost);
    if (target !== undefined) {
      target.focus({ preventScroll: true });
      return;
    }
    for (const step of before.toReversed()) {
      const place = canTake(step.element) ? step.element : nearby(step);
      if (place !== undefined) {
        place.focus({ preventScroll: true });
        return;
      }
    }
    goHome();
  }
}

/** To the view itself: the photos, the one that is looked at, or what of a page is worked in. */
function goHome(): void {
  const homes = [...document.querySelectorAll<HTMLElement>('[data-focus-home]')];
  const innermost = homes.find((home) => home.querySelector('[data-focus-home]') === null);
  innermost?.focus({ preventScroll: true });
}
