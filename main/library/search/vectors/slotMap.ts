/** @file Which photo has which slot in the files of vectors, and which slots are free. Main process, CLI. */

/** No photo has this id. */
export const noPhoto = 0;

export class SlotMap {
  /** The photo of each slot. */
  #photos = new Float64Array(1024);
  /** Of the values that lie there. */
  #checksums = new Uint32Array(1024);
  readonly #slots = new Map<number, number>();
  readonly #free: number[] = [];
  /** Slots from here on were never used. */
  #end = 0;

  /** Photos that have vectors. */
  get size(): number {
    return this.#slots.size;
  }

  /** One beyond the last slot in use. */
  get end(): number {
    return this.#end;
  }

  /** Puts a photo where the catalog says that its vectors lie. Slots passed over become free with `freeGaps`. */
  restore(photoId: number, slot: number, checksum: number): void {
    this.#reserve(slot + 1);
    this.#set(photoId, slot, checksum);
  }

  /** To be called when all is restored. */
  freeGaps(): void {
    // the lowest slot is taken first, so that files stay as short as they can
    for (let slot = this.#end - 1; slot >= 0; slot--) {
      if (this.#photos[slot] === noPhoto) this.#free.push(slot);
    }
  }

  /** A slot that nobody uses, for vectors that are about to be written. */
  take(): number {
    const slot = this.#free.pop() ?? this.#end;
    this.#reserve(slot + 1);
    return slot;
  }

  /** Gives back what `take` gave. */
  release(slot: number): void {
    this.#free.push(slot);
  }

  /** The photo's vectors lie in this slot from now on; the one they lay in is free. */
  assign(photoId: number, slot: number, checksum: number): void {
    this.remove(photoId);
    this.#set(photoId, slot, checksum);
  }

  remove(photoId: number): void {
    const slot = this.#slots.get(photoId);
    if (slot === undefined) return;
    this.#slots.delete(photoId);
    this.#photos[slot] = noPhoto;
    this.#free.push(slot);
  }

  slotOf(photoId: number): number | undefined {
    return this.#slots.get(photoId);
  }

  photoAt(slot: number): number {
    return this.#photos[slot] ?? noPhoto;
  }

  checksumAt(slot: number): number {
    return this.#checksums[slot] ?? 0;
  }

  /** The photo of each slot as it is now; with `allowed`, of those photos only. */
  snapshot(allowed?: Iterable<number>): Float64Array {
    if (allowed === undefined) return this.#photos.slice(0, this.#end);
    const photos = new Float64Array(this.#end);
    for (const photoId of allowed) {
      const slot = this.#slots.get(photoId);
      if (slot !== undefined) photos[slot] = photoId;
    }
    return photos;
  }

  #set(photoId: number, slot: number, checksum: number): void {
    this.#slots.set(photoId, slot);
    this.#photos[slot] = photoId;
    this.#checksums[slot] = checksum;
  }

  #reserve(end: number): void {
    this.#end = Math.max(this.#end, end);
    if (end <= this.#photos.length) return;
    const length = Math.max(end, 2 * this.#photos.length);
    const [photos, checksums] = [new Float64Array(length), new Uint32Array(length)];
    photos.set(this.#photos);
    checksums.set(this.#checksums);
    this.#photos = photos;
    this.#checksums = checksums;
  }
}
