/**
 * The process of one contender in one workload: takes turns from the run (`turn.ts`) and hands them to the
 * workload's session. Each contender has a process of its own, so that none runs in a heap, or with compiled
 * code, that another has shaped.
 */

import { loadContender } from './contender.ts'
import type { Answer, Assignment, Turn } from './turn.ts'
import { workloadOf } from './workloads.ts'

async function main(): Promise<void> {
  const answer = (message: Answer): void => void process.send!(message)
  const failed = (error: unknown): void =>
    answer({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  const assignment: Assignment = JSON.parse(process.argv[2]!)
  try {
    const module = await loadContender(assignment.name)
    const session = workloadOf(assignment.workloadId).begin(module, assignment)
    if (session === undefined) {
      answer({ isOut: true })
      return process.disconnect()
    }
    process.on('message', ({ phaseId, round }: Turn) => {
      session.take(phaseId, round).then(samples => answer({ samples }), failed)
    })
    answer({ label: module.label })
  } catch (error) {
    failed(error)
    process.disconnect()
  }
}

await main()
