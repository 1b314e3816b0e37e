/** With what `coppice` exits; docs/cli.md says the same. */

export const EXIT = {
  /** Everything was done. */
  ok: 0,
  /** A command failed, or was not understood; a statement of `-c` failed. */
  failed: 1,
  /** The database cannot be opened. */
  notOpened: 2,
  /** A statement of a script failed. */
  scriptFailed: 3,
  /** `check` found damage, `salvage` lost something, an import skipped lines. */
  found: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
