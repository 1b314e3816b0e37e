/** Teaches a worker thread TypeScript, where the runtime does not know it: for the option `preload`. */

const { bun, deno } = process.versions
// Node from 22.18 on.
if (bun === undefined && deno === undefined && !process.features.typescript) {
  const { register } = await import('tsx/esm/api')
  register()
}
