/**
 * One process that runs the campaign on one mutant: `tsx trial-process.ts <mutant> <seeds> <first seed> [trials] [first
 * trial]`. The first trial has two minutes for itself. The last line of output is a JSON report. A mutant may loop, or eat
 * memory: that is why it has a process of its own.
 */

import { createViteServer } from 'vitest/node'
import { mutantPlugin } from './plugin.ts'

const FIRST_TRIAL_MS = 120_000

const [mutant, seeds, firstSeed, only = '', firstTrial = ''] = process.argv.slice(2)

const server = await createViteServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
  plugins: [mutantPlugin(mutant === '-' ? undefined : mutant)],
})
const { campaign } = (await server.ssrLoadModule('/props/campaign.ts')) as typeof import('../campaign.ts')
// A mutant's promises may be left without a listener: what counts is what the trials say.
process.on('unhandledRejection', () => {})
const started = performance.now()
const alone =
  firstTrial === ''
    ? undefined
    : await campaign(
        Number(firstSeed),
        done => done < Number(seeds) && performance.now() - started < FIRST_TRIAL_MS,
        [firstTrial],
      )
const { failure, ...counts } =
  alone?.failure !== undefined
    ? alone
    : await campaign(Number(firstSeed), done => done < Number(seeds), only === '' ? [] : only.split(','))
const report = {
  ...counts,
  ...(failure && { trial: failure.trial, seed: failure.seed, message: String(failure.error) }),
}
console.log(JSON.stringify(report))
process.exit(0)
