/** The process of one engine of `npm run sql`. */

import { serve } from '../child.ts'
import { openBetterSqlite3 } from './better-sqlite3.ts'
import { openCoppice } from './coppice.ts'
import type { Engine } from './engine.ts'
import { openPglite } from './pglite.ts'
import { SHAPES } from './shapes.ts'
import type { Answer, Assignment, Turn } from './turn.ts'
import { statementOf, WORKLOADS } from './workloads.ts'

function openEngine({ engine, directory }: Assignment): Engine | Promise<Engine> {
  switch (engine) {
    case 'coppice':
      return openCoppice(directory)
    case 'better-sqlite3':
      return openBetterSqlite3(directory)
    case 'pglite':
      return openPglite()
  }
}

await serve<Assignment, Turn, Answer>(async assignment => {
  const { count, isLoaded } = assignment
  const engine = await openEngine(assignment)
  if (!isLoaded) await engine.load(count)
  for (const text of SHAPES) await statementOf(engine, text).all([])
  process.on('disconnect', () => engine.close())
  return {
    greeting: { label: engine.label },
    async take({ workload, round }) {
      const found = WORKLOADS.find(({ id }) => id === workload)!
      const share = assignment.engine === 'pglite' ? found.pgliteShare : 1
      globalThis.gc?.()
      return found.run(engine, { count, round }, share)
    },
  }
})
