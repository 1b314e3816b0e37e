/** How statements are written, in short: what `\h` shows. */

/** By name: what it does, and its form. */
export const STATEMENTS: Readonly<Record<string, string>> = {
  'ALTER TABLE': `change a table
  ALTER TABLE [IF EXISTS] name
    ADD [COLUMN] column type [constraint …] | DROP [COLUMN] column [CASCADE]
    | ALTER [COLUMN] column { TYPE type [USING expression] | SET DEFAULT expression | DROP DEFAULT | { SET | DROP } NOT NULL }
    | ADD constraint | DROP CONSTRAINT name | RENAME [COLUMN] column TO name | RENAME TO name`,
  ANALYZE: `look at the data, so that plans fit it
  ANALYZE [table [, …]]`,
  BEGIN: `begin a transaction
  BEGIN [READ ONLY]`,
  COMMENT: `say what something is for
  COMMENT ON { TABLE | COLUMN | VIEW | … } name IS 'text'`,
  COMMIT: `end the transaction and keep what it did
  COMMIT`,
  'CREATE INDEX': `make an index
  CREATE [UNIQUE] INDEX [IF NOT EXISTS] [name] ON table (column [ASC | DESC] [, …])`,
  'CREATE SCHEMA': `make a name space for tables
  CREATE SCHEMA [IF NOT EXISTS] name`,
  'CREATE SEQUENCE': `make a source of numbers
  CREATE SEQUENCE name [INCREMENT n] [START n] [MINVALUE n] [MAXVALUE n] [CYCLE]`,
  'CREATE TABLE': `make a table
  CREATE TABLE [IF NOT EXISTS] name (
    column type [NOT NULL] [DEFAULT expression] [PRIMARY KEY | UNIQUE] [CHECK (expression)]
      [REFERENCES table [(column)] [ON DELETE action]] [GENERATED ALWAYS AS IDENTITY], …
    [, PRIMARY KEY (column, …)] [, UNIQUE (column, …)] [, FOREIGN KEY (column, …) REFERENCES table] )
  CREATE TABLE name AS query`,
  'CREATE TYPE': `make an enum or a composite type
  CREATE TYPE name AS ENUM ('label', …) | AS (field type, …)`,
  'CREATE VIEW': `give a query a name
  CREATE [OR REPLACE] VIEW name [(column, …)] AS query`,
  DELETE: `remove rows
  DELETE FROM table [USING other, …] [WHERE condition] [RETURNING expression, …]`,
  DROP: `remove a table, view, index, sequence, type or schema
  DROP { TABLE | VIEW | INDEX | SEQUENCE | TYPE | DOMAIN | SCHEMA } [IF EXISTS] name [, …] [CASCADE]`,
  EXPLAIN: `show how a statement would be run
  EXPLAIN [(option [, …])] statement`,
  INSERT: `add rows
  INSERT INTO table [(column, …)] { VALUES (expression, …), … | query | DEFAULT VALUES }
    [ON CONFLICT [(column, …)] { DO NOTHING | DO UPDATE SET column = expression, … [WHERE condition] }]
    [RETURNING expression, …]`,
  MERGE: `add, change and remove rows by what another table has
  MERGE INTO table USING source ON condition
    WHEN [NOT] MATCHED [BY SOURCE] [AND condition] THEN { INSERT … | UPDATE SET … | DELETE | DO NOTHING } …`,
  PREPARE: `keep a statement for EXECUTE
  PREPARE name [(type, …)] AS statement;  EXECUTE name (expression, …);  DEALLOCATE name`,
  ROLLBACK: `undo the transaction, or what was done since a savepoint
  ROLLBACK [TO savepoint]`,
  SAVEPOINT: `mark a place in the transaction
  SAVEPOINT name;  ROLLBACK TO name;  RELEASE name`,
  SELECT: `read
  [WITH [RECURSIVE] name AS (query), …]
  SELECT [DISTINCT [ON (expression, …)]] expression [AS name], …
    FROM table [alias] [[LEFT | RIGHT | FULL | CROSS] JOIN other { ON condition | USING (column, …) }] …
    WHERE condition  GROUP BY expression, …  HAVING condition  WINDOW name AS (…)
    { UNION | INTERSECT | EXCEPT } [ALL] query
    ORDER BY expression [DESC] [NULLS FIRST | LAST], …  LIMIT n  OFFSET n`,
  SET: `change a setting of the session
  SET name = value;  SHOW name;  RESET name`,
  TRUNCATE: `remove all rows
  TRUNCATE table [, …] [RESTART IDENTITY] [CASCADE]`,
  UPDATE: `change rows
  UPDATE table SET column = expression, … [FROM other, …] [WHERE condition] [RETURNING expression, …]`,
  VALUES: `rows that are written out
  VALUES (expression, …), …`,
}
