/** The tests of the core as every runtime can run them: without options of Node's engine, and without the compiler. */

import { defineConfig } from 'vitest/config'
import { chooseSeed } from '../../props/scale.ts'

chooseSeed()

export default defineConfig({
  test: {
    name: 'core',
    setupFiles: ['props/same-cases.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 240_000,
  },
})
