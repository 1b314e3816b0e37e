import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { mutantPlugin } from './props/mutants/plugin.ts'
import { chooseSeed } from './props/scale.ts'

// COPPICE_MUTANT=name runs the tests on a mutant of the engine (props/mutants).
const plugins = [mutantPlugin()]

// Random cases are the same each time; PROPS_SEED=random, or a number, says otherwise (props/scale.ts).
chooseSeed()
const setupFiles = ['props/same-cases.ts']

export default defineConfig({
  test: {
    // All cores: by itself it leaves one free, which on two is half of the time.
    maxWorkers: availableParallelism(),
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          setupFiles,
          include: ['test/**/*.test.ts'],
          exclude: ['test/package/pack.test.ts', 'test/kernel-faults/**', 'test/clients/**'],
          // Ends what hangs; on a busy machine the longest take a minute.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // The explorer of interleavings makes garbage all the time: with a young generation of the usual size it spends
          // four fifths of its time collecting.
          execArgv: ['--min-semi-space-size=32', '--max-semi-space-size=32'],
          typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
        },
      },
      {
        plugins,
        test: { name: 'props', setupFiles, include: ['props/**/*.test.ts'], testTimeout: 600_000 },
      },
      // Many processes, slowed down by what injects the faults: apart, because it needs the machine for itself.
      {
        plugins,
        test: { name: 'kernel', include: ['test/kernel-faults/**/*.test.ts'], testTimeout: 240_000 },
      },
      // Needs clients of PostgreSQL, which are installed apart (test/clients); those that are missing are named and left out.
      { plugins, test: { name: 'clients', include: ['test/clients/*.test.ts'], testTimeout: 240_000 } },
      // Builds and installs the package: apart, because it needs all of src/ to compile.
      { test: { name: 'package', include: ['test/package/pack.test.ts'], testTimeout: 240_000 } },
    ],
  },
})
