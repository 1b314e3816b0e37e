/** Numbers that a table gives out. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Database, openSync, t, table, type WriteHandle } from '../src/index.ts'
import { runs } from './scale.ts'

const notes = table('notes', {
  columns: { id: t.u32.autoIncrement(), mark: t.u8.default(7) },
  primaryKey: ['id'],
  indexes: { byMark: { on: ['mark'] } },
})
/** The same by a definition that does not know of the counter. */
const plain = table('notes', {
  columns: { id: t.u32, mark: t.u8 },
  primaryKey: ['id'],
  indexes: { byMark: { on: ['mark'] } },
})

/** The records, and the largest number that one of them ever had. */
interface Model {
  readonly marks: Map<number, number>
  largest: number
}
const copyOf = ({ marks, largest }: Model): Model => ({ marks: new Map(marks), largest })

class Trial {
  readonly db: Database = openSync(':memory:')
  committed: Model = { marks: new Map(), largest: 0 }
  model: Model = copyOf(this.committed)
  tx: WriteHandle = this.db.begin()

  get rows() {
    return this.tx.table(notes)
  }

  keep(id: number, mark: number): void {
    this.model.marks.set(id, mark)
    this.model.largest = Math.max(this.model.largest, id)
  }

  /** A new record has the number after the largest one that there ever was. */
  insert(): void {
    const id = this.rows.insert({})
    expect(id).toBe(this.model.largest + 1)
    this.keep(id, 7)
  }

  end(isCommitted: boolean): void {
    if (isCommitted) {
      this.tx.commit()
      this.committed = this.model
    } else this.tx.rollback()
    this.model = copyOf(this.committed)
    this.tx = this.db.begin()
  }

  /** What is done inside a savepoint that is rolled back was never done. */
  undo(commands: readonly Command[]): void {
    const before = copyOf(this.model)
    const savepoint = this.tx.savepoint()
    for (const command of commands) command(this)
    savepoint.rollback()
    savepoint.release()
    this.model = before
  }
}

type Command = (trial: Trial) => void

const id = fc.integer({ min: 1, max: 40 })
const change: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Command>(trial => trial.insert()) },
  fc.tuple(id, fc.boolean()).map<Command>(([number, isPlain]) => trial => {
    if (isPlain) trial.tx.table(plain).put({ id: number, mark: 1 })
    else trial.rows.put({ id: number, mark: 1 })
    trial.keep(number, 1)
  }),
  fc.tuple(id, id).map<Command>(([from, to]) => trial => {
    const { marks } = trial.model
    const mark = marks.get(from)
    if (mark === undefined || marks.has(to)) return
    trial.rows.update(from, { id: to })
    marks.delete(from)
    trial.keep(to, mark)
  }),
  fc.tuple(fc.nat(3), fc.option(id)).map<Command>(([count, number]) => trial => {
    const first = trial.model.largest + 1
    const input: { id?: number }[] = Array.from({ length: count }, () => ({}))
    for (let i = 0; i < count; i++) trial.keep(first + i, 7)
    if (number !== null) {
      input.push({ id: number })
      trial.keep(number, 7)
    }
    trial.rows.putMany(input)
  }),
  id.map<Command>(number => trial => {
    trial.rows.delete(number)
    trial.model.marks.delete(number)
  }),
  fc.constant<Command>(trial => {
    const last = trial.rows.popLast()
    if (last !== undefined) trial.model.marks.delete(last.id)
  }),
  fc.constant<Command>(trial => {
    trial.rows.clear()
    trial.model.marks.clear()
  }),
)
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: change },
  fc.boolean().map<Command>(isCommitted => trial => trial.end(isCommitted)),
  fc.array(change, { maxLength: 4 }).map<Command>(commands => trial => trial.undo(commands)),
)

test('a number is one more than the largest that any record of this history ever had', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), commands => {
      const trial = new Trial()
      using _ = trial.db
      for (const run of commands) {
        run(trial)
        const { marks } = trial.model
        expect(new Map(trial.rows.range().map(note => [note.id, note.mark]))).toEqual(marks)
        expect(trial.rows.by('byMark').count()).toBe(marks.size)
      }
    }),
    { numRuns: runs(200) },
  )
})
