/** ALTER … OWNER TO, where there is one owner, GRANT, where there are no others, and COMMENT ON whatever has a name. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openSync, SqlError } from '../../../src/index.ts'

let db: Database
beforeEach(() => {
  db = openSync(':memory:')
  db.exec(`create schema s;
    create table t (a int constraint positive check (a > 0));
    create index i on t (a);
    create view v as select a from t;
    create materialized view m as select a from t;
    create sequence q;
    create type mood as enum ('ok');
    create domain small as int;`)
})
afterEach(() => db.close())

const sqlstateOf = (text: string): string | undefined => {
  try {
    db.exec(text)
    return undefined
  } catch (error) {
    if (error instanceof SqlError) return error.sqlstate
    throw error
  }
}

test('GRANT in CREATE SCHEMA is refused where there is no server, and nothing is made', () => {
  expect(sqlstateOf('create schema own create table u (a int) grant select on u to public')).toBe('0A000')
  expect(db.query("select to_regnamespace('own') as own")).toEqual([{ own: null }])
})

describe('OWNER TO', () => {
  const objects = [
    'schema s',
    'table t',
    'index i',
    'view v',
    'materialized view m',
    'sequence q',
    'type mood',
    'domain small',
    'table if exists nothing',
  ]
  test.each(objects)('whose %s is already changes nothing', object => {
    for (const role of ['current_user', 'session_user', 'coppice']) {
      expect(sqlstateOf(`alter ${object} owner to ${role}`)).toBeUndefined()
    }
  })

  test.each([
    ['alter table t owner to somebody', '42704'],
    ['alter table nothing owner to current_user', '42P01'],
    ['alter view t owner to current_user', '42809'],
    ['alter schema nothing owner to current_user', '3F000'],
    ['alter type nothing owner to current_user', '42704'],
  ])('%s: %s', (text, sqlstate) => expect(sqlstateOf(text)).toBe(sqlstate))
})

describe('COMMENT ON', () => {
  test.each([
    ['table t', "obj_description('t'::regclass, 'pg_class')"],
    ['index i', "obj_description('i'::regclass, 'pg_class')"],
    ['view v', "obj_description('v'::regclass, 'pg_class')"],
    ['materialized view m', "obj_description('m'::regclass, 'pg_class')"],
    ['sequence q', "obj_description('q'::regclass, 'pg_class')"],
    ['column t.a', "col_description('t'::regclass, 1)"],
    ['schema s', "obj_description('s'::regnamespace, 'pg_namespace')"],
    ['type mood', "obj_description('mood'::regtype, 'pg_type')"],
    ['domain small', "obj_description('small'::regtype, 'pg_type')"],
    [
      'constraint positive on t',
      "obj_description((select oid from pg_constraint where conname = 'positive'), 'pg_constraint')",
    ],
  ])('%s', (object, question) => {
    const comment = () => db.query<{ text: string | null }>(`select ${question} as text`)[0]!.text
    expect(comment()).toBeNull()
    db.exec(`comment on ${object} is 'said'`)
    expect(comment()).toBe('said')
    db.exec(`comment on ${object} is null`)
    expect(comment()).toBeNull()
  })

  test('stays with an index and a constraint when their table is altered', () => {
    db.exec(`comment on index i is 'of i'; comment on constraint positive on t is 'of positive';
      alter table t add b int, add c text default 'x' not null`)
    expect(
      db.query('select description from pg_description where description like $1 order by 1', ['of %']),
    ).toEqual([{ description: 'of i' }, { description: 'of positive' }])
  })

  test.each([
    ["comment on table nothing is 'x'", '42P01'],
    ["comment on index t is 'x'", '42809'],
    ["comment on view t is 'x'", '42809'],
    ["comment on constraint nothing on t is 'x'", '42704'],
    ["comment on domain mood is 'x'", '42809'],
    ["comment on schema nothing is 'x'", '3F000'],
  ])('%s: %s', (text, sqlstate) => expect(sqlstateOf(text)).toBe(sqlstate))
})
