/** @file How the command ends. Scripts depend on the numbers. */

export const exitCode = {
  done: 0,
  failed: 1,
  badUsage: 2,
  someItemsFailed: 3,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command line asks for something that makes no sense. The message is one plain sentence. */
export class UsageError extends Error {}
