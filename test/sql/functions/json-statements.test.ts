/** json, dates and intervals in whole statements: rows out of JSON, JSON out of rows, subscripts. Answers are PostgreSQL's. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSync } from '../../../src/index.ts'

let database: Database

beforeAll(() => {
  database = openSync(':memory:')
  database.exec(`
    create table events (id int primary key, at timestamptz, day date, data jsonb, length interval);
    insert into events values
      (1, '2024-03-10 07:00+00', '2024-02-29', '{"a": [1, 2], "b": {"c": "x"}}', '1 mon 2 days'),
      (2, null, null, null, null),
      (3, '2024-11-03 05:30+00', 'infinity', '[3, {"a": null}]', '30 days 48:00')`)
})
afterAll(() => database.close())

/** Rows as arrays of texts. */
function rows(statement: string): (string | null)[][] {
  return database
    .query<unknown[]>(statement, [], { rowMode: 'array' })
    .map(row => row.map(value => (value === null ? null : String(value))))
}

const CASES: readonly (readonly [string, (string | null)[][]])[] = [
  [
    `select data['a'][0]::text, data['b']['c']::text, data['zz']::text from events where id = 1`,
    [['1', '"x"', null]],
  ],
  [`select * from json_array_elements_text('[1, 2]') as x`, [['1'], ['2']]],
  [
    `select key, value::text from jsonb_each('{"b": 1, "a": null}')`,
    [
      ['a', 'null'],
      ['b', '1'],
    ],
  ],
  [
    `select * from jsonb_to_recordset('[{"a": 1, "b": "x"}, {"a": "2"}]') as t(a int, b text)`,
    [
      ['1', 'x'],
      ['2', null],
    ],
  ],
  [
    `select a, b::text, c from json_to_record('{"a": 1, "b": [1, 2]}') as t(a int, b int[], c text)`,
    [['1', '{1,2}', null]],
  ],
  [
    `select id, day::text from jsonb_populate_recordset(null::events, '[{"id": 7, "day": "2024-01-01"}]')`,
    [['7', '2024-01-01']],
  ],
  [
    `select row_to_json(e)::text from (select id, at, day from events where id = 1) e`,
    [['{"id":1,"at":"2024-03-10T07:00:00+00:00","day":"2024-02-29"}']],
  ],
  [
    `select json_agg(e order by id)::text from (select id, day from events) e`,
    [['[{"id":1,"day":"2024-02-29"}, \n {"id":2,"day":null}, \n {"id":3,"day":"infinity"}]']],
  ],
  [
    `select jsonb_object_agg(id, length)::text from events where id <> 2`,
    [['{"1": "1 mon 2 days", "3": "30 days 48:00:00"}']],
  ],
  [
    `select json_object_agg(id, day order by id desc)::text from events where id < 3`,
    [['{ "2" : null, "1" : "2024-02-29" }']],
  ],
  [`select jsonb_object_agg_strict(id, day)::text from events`, [['{"1": "2024-02-29", "3": "infinity"}']]],
  [`select id from events where data @> '{"b": {"c": "x"}}'`, [['1']]],
  [
    `select jsonb_path_query(data, '$.**')::text from events where id = 3`,
    [['[3, {"a": null}]'], ['3'], ['{"a": null}'], ['null']],
  ],
  // A month is 30 days: the two are one group.
  [`select count(*) from events group by length order by length`, [['2'], ['1']]],
  [
    `select max(at)::text, min(day)::text, sum(length)::text, avg(length)::text from events`,
    [['2024-11-03 05:30:00+00', '2024-02-29', '1 mon 32 days 48:00:00', '31 days 24:00:00']],
  ],
  [`select (at at time zone 'America/New_York')::text from events where id = 3`, [['2024-11-03 01:30:00']]],
  [`select (interval '5' year)::text, (interval '1:30' minute to second)::text`, [['5 years', '00:01:30']]],
  [
    `select (date '2001-02-16', date '2001-12-21') overlaps (date '2001-10-30', date '2002-10-30')`,
    [['true']],
  ],
  [
    `select '[1]' is json array, 'x' is json, '{"a": 1, "a": 2}' is json with unique keys`,
    [['true', 'false', 'false']],
  ],
]
for (const [statement, expected] of CASES) {
  test(statement, () => {
    expect(rows(statement)).toEqual(expected)
  })
}

test('assigning to a subscript makes the containers on the way', () => {
  database.exec(`create table documents (j jsonb); insert into documents values ('{"a": [1]}'), (null)`)
  database.exec(`update documents set j['a'][3] = '9', j['n']['m'] = '"new"'`)
  // The longer one first, as the order of jsonb has it.
  expect(rows('select j::text from documents order by documents.j desc')).toEqual([
    ['{"a": [1, null, null, 9], "n": {"m": "new"}}'],
    ['{"a": [null, null, null, 9], "n": {"m": "new"}}'],
  ])
})
