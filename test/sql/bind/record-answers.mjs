/**
 * Asks PostgreSQL (PGlite) what the binder's tests compare with, and writes it down beside them:
 * `postgres-catalog.json`, what functions, operators and casts there are, and `answers.json`, the columns or the error of
 * each statement of `statements.sql`. Run it again after a change of the statements: `node test/sql/bind/record-answers.mjs`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'

const here = name => new URL(name, import.meta.url)
const database = await PGlite.create()
const rows = async text => (await database.query(text, [], { rowMode: 'array' })).rows

const functions = await rows(`
  select proname, prokind, proretset, provariadic <> 0, pronargdefaults, prorettype::int4, proargtypes::int4[], proisstrict,
         provolatile, coalesce(aggkind, ' '), coalesce(aggnumdirectargs, 0), proargnames, proargmodes, proallargtypes::int4[]
  from pg_proc left join pg_aggregate on aggfnoid = pg_proc.oid order by pg_proc.oid`)
const operators = await rows(
  `select oprname, oprleft::int4, oprright::int4, oprresult::int4 from pg_operator where oprresult <> 0 order by oid`,
)
const casts = await rows(
  `select castsource::int4, casttarget::int4, castcontext, castmethod = 'b' from pg_cast order by oid`,
)
const lines = list => `[\n${list.map(one => JSON.stringify(one)).join(',\n')}\n]`
writeFileSync(
  here('postgres-catalog.json'),
  `{"functions": ${lines(functions)},\n"operators": ${lines(operators)},\n"casts": ${lines(casts)}}\n`,
)

await database.exec(readFileSync(here('schema.sql'), 'utf8'))
const text = readFileSync(here('statements.sql'), 'utf8')
const answers = []
for (const line of text.split('\n')) {
  if (line.trim() === '' || line.startsWith('--')) continue
  try {
    const described = await database.describeQuery(line)
    answers.push({
      statement: line,
      parameters: described.queryParams.map(one => one.dataTypeID),
      columns: described.resultFields.map(one => [one.name, one.dataTypeID]),
    })
  } catch (error) {
    const { code, message, position, detail, hint } = error
    answers.push({
      statement: line,
      error: { code, message, position: position === undefined ? 0 : Number(position), detail, hint },
    })
  }
}
writeFileSync(here('answers.json'), `${lines(answers)}\n`)
