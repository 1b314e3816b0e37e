/**
 * `npm run micro`: what the parts cost, in nanoseconds an operation.
 *
 * ```
 * npm run micro -- --count 1000000 tree codec
 * ```
 */

import { parseArgs } from 'node:util'
import { describeMachine } from '../result.ts'
import { codecSuite } from './codec.ts'
import { pageSuite } from './page.ts'
import { treeSuite } from './tree.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '200000' } },
})
const isWanted = (suite: string): boolean => positionals.length === 0 || positionals.includes(suite)

console.log(describeMachine(process.versions.node))
if (isWanted('tree')) await treeSuite(Number(values.count))
if (isWanted('page')) await pageSuite()
if (isWanted('codec')) await codecSuite()
