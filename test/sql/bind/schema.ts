/** The tables of `schema.sql`, as the binder's tests know them. */

import { MemoryCatalog } from '../support/memory-catalog.ts'

export function testCatalog(): MemoryCatalog {
  const catalog = new MemoryCatalog()
  catalog.enumType('mood', 'sad', 'ok', 'happy')
  catalog.domainType('posint', 'int4', { checks: { posint_check: 'value > 0' } })
  catalog.domainType('word', 'varchar(5)', { isNotNull: true })
  catalog.compositeType('pair', 'x int4, y text')
  catalog.table('t', 'a int4 primary key, b text, c numeric(10,2)')
  catalog.table('u', 'x int4, y text, a int4, z varchar(3)')
  catalog.table(
    'w',
    'id int8 primary key, d date, ts timestamp, tz timestamptz, i interval, f float8, s int2, j jsonb, m mood, ' +
      'arr int4[], p pair, o posint, flag bool, v varchar(3), js json, n word',
  )
  catalog.table('uq', 'k int4 primary key, e text, h int4, g int4 generated (h + 1), q int4 default 7', {
    unique: [['e']],
    indexes: {
      uq_h: { on: ['h'], unique: true, where: 'h > 0' },
      uq_lower: { on: ['(lower(e))'], unique: true },
    },
  })
  catalog.table('idt', 'id int4 identity always, id2 int4 identity by default, val text')
  catalog.view('vw', `select a, b || 'x' as bx from t where a > 1`, 'a int4, bx text')
  return catalog
}
