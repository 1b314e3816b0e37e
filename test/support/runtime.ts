/** What a runtime lacks, as docs/compatibility.md has it, for the tests that would expect it. */

/** Deno tells of an error that nobody caught in a worker with its message alone. */
export const keepsErrorCodes = process.versions.deno === undefined

/** Bun leaves the files of a terminated thread open, and so its database locked, until the process ends. */
export const closesFilesOfThreads = process.versions.bun === undefined

/** Bun and Deno take limits of a thread's memory and do not keep them. */
export const keepsThreadLimits = process.versions.bun === undefined && process.versions.deno === undefined

/** A thread of Deno does not say when it is at rest (`beforeExit`), so `parallel` keeps none for its next call. */
export const keepsThreads = process.versions.deno === undefined

/** Deno ends a thread that sleeps (`Atomics.wait`) when it wakes, and says before that it has ended. */
export const endsSleepingThreads = process.versions.deno === undefined
