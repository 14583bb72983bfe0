/** @file Where Vignette cannot run, said before anything is built. */

/** Why it cannot run here, and what to do; undefined where it can. */
export function platformProblem(platform: NodeJS.Platform, arch: NodeJS.Architecture): string | undefined {
  if (platform !== 'darwin' || arch === 'arm64') return undefined;
  return 'onnxruntime has no binary for Intel Macs any more, so no model would run. On a Mac with an ARM processor, use a Node that is made for it.';
}
