/**
 * `npm run mutants`: proves the prover. Judges each mutant (judge.ts), prints which trial killed it at which seed, and
 * ends with 1 if one survives.
 *
 * `-- --only name[,name]`, `--seeds N` (for each mutant), `--from N` (first seed), `--jobs N`, `--trials name[,name]`,
 * `--first trial` (instead of the one that found-by.ts knows; `--first ''`: none)
 * `--report file`: keeps the verdicts as JSON beside those that are there, so that it can be done in pieces.
 * `--markdown file`: puts the table of the report's verdicts, or of this run's, between the marks in that file. With
 * `--jobs 0` nothing is judged before.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { judge, type Verdict } from './judge.ts'
import { putTable } from './markdown.ts'
import { mergeVerdicts } from './report.ts'
import { findMutant, MUTANTS } from './table.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '6000' },
    from: { type: 'string', default: '1' },
    first: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    trials: { type: 'string', default: '' },
    report: { type: 'string' },
    markdown: { type: 'string' },
  },
})

const names = options.only === undefined ? MUTANTS.map(({ name }) => name) : options.only.split(',')
for (const name of names) findMutant(name)
const waiting = [...names]
const verdicts: Verdict[] = []
const width = Math.max(...names.map(name => name.length))

async function work(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const verdict = await judge(name, {
      seeds: Number(options.seeds),
      firstSeed: Number(options.from),
      trials: options.trials,
      firstTrial: options.first,
    })
    verdicts.push(verdict)
    const { fate, trial, seed, seconds, details } = verdict
    const shown = fate === 'killed' ? `${trial} ${seed}` : fate === 'broken' ? 'DOES NOT RUN' : 'SURVIVES'
    console.log(`${name.padEnd(width)}  ${shown.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s  ${details}`)
  }
}

/** This run's verdicts, and of the other mutants those in the report. */
const allVerdicts = () => mergeVerdicts(options.report, verdicts)

await Promise.all(Array.from({ length: Number(options.jobs) }, work))
if (options.report !== undefined) writeFileSync(options.report, JSON.stringify(allVerdicts(), undefined, 2))
if (options.markdown !== undefined) {
  writeFileSync(options.markdown, putTable(readFileSync(options.markdown, 'utf8'), MUTANTS, allVerdicts()))
}
const survivors = verdicts.filter(({ fate }) => fate !== 'killed')
console.log(`\n${verdicts.length - survivors.length} of ${verdicts.length} mutants are found`)
if (survivors.length > 0) {
  console.log(`survivors: ${survivors.map(({ name }) => name).join(', ')}`)
  process.exitCode = 1
}
