/** @file Chromium does not know the application's scheme: in the double, `vignette://app/` lies at an address that no network has. */

const reserved = '.vignette.invalid';

export function toChromium(url: string): string {
  return url.replace(/^vignette:\/\/([^/?#]*)/, `https://$1${reserved}`);
}

export function fromChromium(url: string): string {
  return url.replace(/^https:\/\/([^/?#]*)\.vignette\.invalid/, 'vignette://$1');
}

/** The page asks its own address whether it is in the application. */
export function scriptForChromium(code: string): string {
  return code.replace(/location\.protocol\s*===\s*(["'`])vignette:\1/g, 'location.protocol===$1https:$1');
}
