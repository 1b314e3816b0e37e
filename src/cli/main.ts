#!/usr/bin/env node
/** The `coppice` command: begins here. */

import { runProgram } from './program.ts'

process.exitCode = await runProgram(process.argv)
