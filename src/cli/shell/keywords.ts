/** Words that Tab offers: the key words of PostgreSQL's dialect that people type, and functions that they call often. */
export const KEYWORDS: readonly string[] = `
abs add all alter always analyze and any array array_agg as asc avg begin between bigint bool_and bool_or boolean by
bytea cascade case cast ceil check coalesce collate column comment commit concat conflict constraint count create cross
cube current_date current_timestamp database date date_part date_trunc deallocate default deferrable deferred delete
dense_rank desc distinct do domain double drop else end enum escape except execute exists explain extract false fetch
filter first first_value floor following for foreign format from full function generate_series generated greatest group
grouping having identity if ilike immediate in index initially inner insert int integer intersect interval into is
isolation join json jsonb jsonb_agg jsonb_build_object key lag last last_value lateral lead least left length level like
limit lower matched materialized max merge min natural not nothing now null nullif nulls numeric offset on only or order
outer over overlaps partition percentile_cont preceding precision prepare primary random range rank read real recursive
references regexp_match regexp_replace release rename replace restart restrict returning right rollback rollup round row
row_number rows savepoint schema select sequence serializable session set show similar smallint some split_part start
stored string_agg substring sum table tablesample temporary text then ties time timestamp timestamptz to to_char to_date
to_timestamp transaction trim true truncate type unbounded union unique unnest update upper using uuid values varchar
view when where window with within without
`
  .trim()
  .split(/\s+/)
