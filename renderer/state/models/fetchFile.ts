/** @file Has the browser, or the application, save a file that was made ready: it asks for the place itself. Renderer only. */

export function fetchFile({ id, fileName }: { readonly id: string; readonly fileName: string }): void {
  const link = document.createElement('a');
  link.href = `download/${id}`;
  link.download = fileName;
  link.click();
}
