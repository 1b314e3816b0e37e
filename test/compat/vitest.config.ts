/** The tests of the core as every runtime can run them: without options of Node's engine, and without the compiler. */

import { defineConfig } from 'vitest/config'
import { chooseSeed } from '../../props/scale.ts'

chooseSeed()

const modules = process.env.COPPICE_COMPAT_MODULES

export default defineConfig({
  test: {
    name: 'core',
    setupFiles: ['test/compat/this-runtime.ts', 'props/same-cases.ts'],
    // The fixtures are what a process of tests can do to who waits for it (core-tests.test.ts).
    include: ['test/**/*.test.ts', 'test/compat/fixtures/*.fixture.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // The same few hundred modules are read by the processes of eleven folders: they are transformed once.
    ...(modules !== undefined && { experimental: { fsModuleCache: true, fsModuleCachePath: modules } }),
  },
})
