#!/usr/bin/env node
/** The `coppice` command: begins here. */

import { runProgram } from './program.ts'

// Who has seen enough, as in `coppice --help | head`, ends the program.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  process.exit()
})
process.exitCode = await runProgram(process.argv)
