/**
 * Where columns live while a statement runs: each (relation, column) that is read has one place in a flat array. Parameters
 * come first.
 */

import type { RelationId } from '../bind/bound.ts'
import type { Value } from '../functions/registry.ts'
import type { ColumnPlace } from '../plan/physical.ts'

export type RegisterFile = Value[]

/** Gives out registers while a plan is compiled. */
export class RegisterMap {
  private readonly places = new Map<RelationId, Map<number, number>>()
  private next: number

  constructor(parameterCount: number) {
    this.next = parameterCount
  }

  get count(): number {
    return this.next
  }

  /** A register for a column; the same one each time. */
  of(relation: RelationId, column: number): number {
    let columns = this.places.get(relation)
    if (columns === undefined) {
      columns = new Map()
      this.places.set(relation, columns)
    }
    let register = columns.get(column)
    if (register === undefined) {
      register = this.next++
      columns.set(column, register)
    }
    return register
  }

  all(places: readonly ColumnPlace[]): number[] {
    return places.map(({ relation, column }) => this.of(relation, column))
  }

  /** A register of nobody else's. */
  scratch(): number {
    return this.next++
  }
}
