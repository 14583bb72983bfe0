/** @file The one address space that windows may show: `vignette://app/…`. Desktop main process. */

export const pageScheme = 'vignette';
export const pageHost = 'app';
export const pageUrl = `${pageScheme}://${pageHost}/`;

export function isPageUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === `${pageScheme}:` && url.host === pageHost;
}
