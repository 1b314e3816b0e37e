/** All workloads, in the order in which they run. */

import type { Workload } from './workload.ts'
import { alike } from './workloads/alike.ts'
import { concurrent } from './workloads/concurrent.ts'
import { integers } from './workloads/integers.ts'
import { large } from './workloads/large.ts'
import { operation } from './workloads/operation.ts'
import { records } from './workloads/records.ts'
import { redb } from './workloads/redb.ts'
import { sorted } from './workloads/sorted.ts'
import { ycsb } from './workloads/ycsb.ts'

export const WORKLOADS: readonly Workload[] = [
  redb,
  sorted,
  alike,
  integers,
  records,
  large,
  ycsb,
  concurrent,
  operation,
]

/** @throws Error when there is no such workload. */
export function workloadOf(id: string): Workload {
  const workload = WORKLOADS.find(each => each.id === id)
  if (workload === undefined) {
    throw new Error(`there is no workload '${id}'; there are: ${WORKLOADS.map(each => each.id).join(', ')}`)
  }
  return workload
}
