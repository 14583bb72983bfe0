/** @file Tells when the picture of an `img` is there, or cannot be shown. Renderer only. */
import type { Attachment } from 'svelte/attachments';

/** Listens by hand: what comes after the picture was left finds nobody, where an `onload` would find what is gone. */
export function pictureArrives(
  onThere: (image: HTMLImageElement) => void,
  onBroken: () => void,
): Attachment<HTMLImageElement> {
  return (image) => {
    const stop = new AbortController();
    image.addEventListener('load', () => onThere(image), { signal: stop.signal });
    image.addEventListener('error', onBroken, { signal: stop.signal });
    return () => stop.abort();
  };
}
