/** Names with dots in them: what is in schema "a.b" is not what schema a has under a name that begins with "b.". */

import { describe, expect, test } from 'vitest'
import { openSync, t, table } from '../../../src/index.ts'

describe('schema "a.b" and schema a', () => {
  test('have relations and types of their own', () => {
    using db = openSync(':memory:')
    db.exec(`
      create schema "a.b";
      create schema a;
      create view "a.b".v as select 1 as one;
      create view a."b.v" as select 2 as two;
      create type "a.b".e as enum ('x');
      create type a."b.e" as enum ('y');
      create table "a.b".c (x int);
    `)
    expect(db.query('select * from "a.b".v')).toEqual([{ one: 1 }])
    expect(db.query('select * from a."b.v"')).toEqual([{ two: 2 }])
    expect(db.query(`select 'x'::"a.b".e as e, 'y'::a."b.e" as f`)).toEqual([{ e: 'x', f: 'y' }])
    expect(() => db.query('select * from a."b.c"')).toThrow('relation "a.b.c" does not exist')
  })

  test('have no table in common: the typed one is there once', () => {
    using db = openSync(':memory:')
    db.exec('create schema a; create schema "a.b"; create table "a.q" (y int); insert into "a.q" values (1)')
    expect(() => db.exec('create table a.q (y int)')).toThrow('relation "q" already exists')
    expect(db.query('select * from "a.q"')).toEqual([{ y: 1 }])
    expect(() => db.query('select * from a.q')).toThrow('does not exist')

    const typed = table('a.users', { columns: { id: t.i32, name: t.text }, primaryKey: ['id'] })
    db.write(tx => tx.table(typed).put({ id: 1, name: 'ada' }))
    expect(() => db.exec('create table a.users (id int primary key, name text not null)')).toThrow('already')
    expect(() => db.exec('create table a.users as select 1 as id')).toThrow('already')
    expect(db.read(snap => snap.table(typed).count())).toBe(1)
  })
})
