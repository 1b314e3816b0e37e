/**
 * Setup of the tests: they run in the runtime that the table will name, and not in another that some part of the runner has
 * found on its way (COPPICE_COMPAT_RUNTIME, `bun@1.4.5`).
 */

const expected = process.env.COPPICE_COMPAT_RUNTIME
const { bun, deno, node } = process.versions
const actual = bun !== undefined ? `bun@${bun}` : deno !== undefined ? `deno@${deno}` : `node@${node}`
if (expected !== undefined && actual !== expected) {
  throw new Error(`these tests are run by ${actual}, expected ${expected}`)
}
