/** @file Whether a process is still there, by its number. Any process. */

/** Also true for another user's process, and for one that was given the number since. */
export function processIsRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
