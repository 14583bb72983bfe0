/** @file Fingers and mice on a photo: one moves it, two pinch it. Pure; renderer only. */
import type { Point } from './zoom.ts';

export interface PanTarget {
  readonly move: (by: Point) => void;
  readonly pinch: (factor: number, at: Point) => void;
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export class PointerPan {
  readonly #target: PanTarget;
  readonly #points = new Map<number, Point>();

  constructor(target: PanTarget) {
    this.#target = target;
  }

  get isDown(): boolean {
    return this.#points.size > 0;
  }

  down(pointerId: number, at: Point): void {
    this.#points.set(pointerId, at);
  }

  moved(pointerId: number, to: Point): void {
    const from = this.#points.get(pointerId);
    if (from === undefined) return;
    this.#points.set(pointerId, to);
    const other = [...this.#points].find(([id]) => id !== pointerId)?.[1];
    if (other === undefined) {
      this.#target.move({ x: to.x - from.x, y: to.y - from.y });
      return;
    }
    const before = distance(from, other);
    const wasAt = middle(from, other);
    const at = middle(to, other);
    this.#target.move({ x: at.x - wasAt.x, y: at.y - wasAt.y });
    if (before > 0) this.#target.pinch(distance(to, other) / before, at);
  }

  up(pointerId: number): void {
    this.#points.delete(pointerId);
  }
}
