/** What a state is known to have without a look into its directory is what the directory says, whatever transactions do to trees. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TreeSource } from '../../src/store/api.ts'
import type { WriteTransaction } from '../../src/store/transaction.ts'
import { entriesOf, newStore, put } from './harness.ts'

/** Of trees that were made so far, by their place among these. */
const tree = fc.nat({ max: 25 })
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('put' as const), tree, value: fc.string({ maxLength: 3 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), tree }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), tree }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('savepoint' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('go back' as const) }) },
)
const transaction = fc.record({
  steps: fc.array(step, { maxLength: 8 }),
  end: fc.constantFrom('commit', 'commit', 'commit', 'rollback', 'checkpoint', 'compact'),
})

type Model = ReadonlyMap<number, readonly (readonly [string, string])[]>

test('trees are made, changed, read and dropped', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { minLength: 2, maxLength: 15 }), async transactions => {
      const store = newStore()
      const made: number[] = []
      let model: Model = new Map()
      const expectAll = (source: TreeSource, expected: Model) => {
        for (const id of made) {
          const entries = source.tree(id) === undefined ? undefined : entriesOf(source, id)
          expect(entries).toEqual(expected.get(id))
        }
      }
      for (const { steps, end } of transactions) {
        const tx: WriteTransaction = store.begin()
        let own = model
        let savepoint: { readonly of: ReturnType<typeof tx.setSavepoint>; readonly model: Model } | undefined
        for (const one of steps) {
          const id = 'tree' in one ? made[one.tree % Math.max(1, made.length)] : undefined
          const entries = id === undefined ? undefined : own.get(id)
          if (one.do === 'create') {
            const created = tx.createTree()
            if (!made.includes(created)) made.push(created)
            own = new Map([...own, [created, []]])
          } else if (one.do === 'savepoint') savepoint = { of: tx.setSavepoint(), model: own }
          else if (one.do === 'go back') {
            if (savepoint !== undefined) tx.rollbackTo(savepoint.of)
            own = savepoint?.model ?? own
          } else if (id !== undefined && entries !== undefined) {
            if (one.do === 'put') {
              put(tx, 'key', one.value, id)
              own = new Map([...own, [id, [['key', one.value]]]])
            } else if (one.do === 'drop') {
              tx.dropTree(id)
              own = new Map([...own].filter(([other]) => other !== id))
            } else expect(entriesOf(tx, id)).toEqual(entries)
          }
        }
        expectAll(tx, own)
        if (end === 'rollback') tx.rollback()
        else {
          store.commit(tx)
          model = own
        }
        if (end === 'checkpoint') await store.checkpoint()
        if (end === 'compact') await store.compact()
        expectAll(store.newest(), model)
        const snapshot = store.read()
        expectAll(snapshot, model)
        snapshot.close()
      }
      store.close()
    }),
    { numRuns: 150 },
  )
})
