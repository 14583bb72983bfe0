/** @file Where Vignette cannot run, said before anything is built. */

/** Ends the process on a Mac with an Intel processor, and under Rosetta. */
export function refuseIntelMac(): void {
  if (process.platform !== 'darwin' || process.arch === 'arm64') return;
  console.error(
    'onnxruntime has no binary for Intel Macs any more, so no model would run. On a Mac with an ARM processor, use a Node that is made for it.',
  );
  process.exit(1);
}
