select 1 + true
select -true
select foo(1)
select foo()
select foo(1,'a')
select length(1)
select length(true, 1)
select 1 + ''
select '1' + '2'
select a || b from t where c = 'x'
select date '2020-01-01' + '2020-01-01'
select nope.a from t
select t.nope from t
select t2.a from t t2, (select t.a) x
select bb from t
select sum(sum(a)) from t
select a, count(*) from t
select abs('x')
select 1 in (1, 'x')
select case when 1 then 2 end
select case when true then 2 else 'a' end
select case when true then 2 else true end
select array[1,'a']
select array[1,true]
select coalesce(1, true)
select 1 union select 'a'
select 1 union select true
values (1), (true)
select row(1,2) = row(1,2,3)
select row(1,2) < row(1,'a')
select (row(1,2)).f1
select (t).b from t
select t from t
select to_char(1)
select sum('1')
select percentile_cont(0.5) within group (order by a) from t
select rank(1) within group (order by a) from t
select a from t group by b
select b from t group by a
select * from t join u using (a)
select * from t natural join u where a = 1
select a from t, u
select 1 limit 'x'
select 1 limit true
select 1 where 1
select * from generate_series(1,3) g(x)
select generate_series(1,3), generate_series(1,2)
select unnest(array[1,2]) + 1
select int4('1')
select text(1)
select date('2020-01-01')
select float8(1)
select t.count from t
select b.length from t b
select count from t
select name(1)
select '{1,2}'::int[]
select $1
select $1 + 1
select 1::foo
select 1::numeric(0)
select 1::int4(3)
insert into t values (1,2,3,4)
insert into t(a,zz) values (1,2)
insert into t(a,a) values (1,2)
insert into t(a) values (true)
update t set a = true
update t set zz = 1
update t set a=1, a=2
update t set (a,b) = (1,2,3)
update t set (a,b) = (select 1)
insert into t(a,b) values (1)
insert into t(a) values (1,2)
insert into t values (1) on conflict (b) do nothing
select a from t order by 5
select distinct a from t order by b
select distinct on (a) a, b from t order by b
select a from t union select x from u order by a+1
select a from t union select x from u order by zz
select sum(a) over (order by b range 1 preceding) from t
select sum(a) over (order by b, a range 1 preceding) from t
select sum(a) over w from t
select row_number() from t
select count(*) over (), a from t where row_number() over () = 1
select rank() within group (order by a) from t
select generate_series(1,2) from t where generate_series(1,2) = 1
select case when true then generate_series(1,2) end
with recursive r as (select 1 union all select r from r) select * from r
with recursive r(n) as (select 1 union all select n+1.5 from r) select * from r
with recursive r(n) as (select n from r) select * from r
select grouping(a) from t group by b
select grouping(a) from t
select a from t for update of zz
select not 1
select 1 is true
select '1' is true
select 1 between '0' and 2
select 1 = any(array['1'])
select 1 = any(1)
select 1 = any('{1}')
select (select a, b from t)
select 1 in (select a, b from t)
select (1,2) in (select a, b from t)
select nullif(1, 'a')
select nullif(1, 2.5)
select greatest(1, '2', 2.5)
select a.b.c.d from t
select public.t.a from t
select other.t.a from t
select x::int from (select '1' as x) s
select * from (select 1, 2) s(a,b,c)
select * from foo
select * from nos.foo
select 1 order by 'a'
select 'a' order by 1
select a as x from t group by x
select a+1 as b from t group by b
select 1
select 1, 'a', null, 2147483648, 9223372036854775808, 1.5, true
select 1 + 2147483648
select 1 + 1.5, 1 / 2, 1.0 / 2, 1::float4 * 2, 2 ^ 3, 5 % 2, |/ 2.0, @ -5
select 1::int2 + 1::int2, 1::int2 + 1, 1::int2 + 1::int8, 1::float4 + 1::float8, 1::float4 + 1, 1.5 + 1::float8
select -1, +1, - 1.5, ~5
select 'a' || 'b', 'a' || 1, 1 || 'a', b || 'x' from t
select a || a from t
select 'x' like 'y', b like 'a%', b not like 'a', b ilike 'x', b like 'a!%' escape '!', b similar to 'a|b', b not similar to 'x' from t
select a between 1 and 2, a not between symmetric 3 and 1 from t
select a in (1,2,3), a not in (1,2), a in (a, 2), a in (1.5, 2), b in ('x', 'y') from t
select c in (1, 2.5) from t
select (a, b) in ((1, 'x'), (2, 'y')) from t
select a is null, b is not null, a is distinct from 1, a is not distinct from null from t
select true and null, not false, true or 'f'
select a = '1', '1' = a, a = 1.5, a = 1::int8, b = 'x' from t
select a = b from t
select b = 1 from t
select z = 'x', z || 'y', length(z), upper(z), z < b from u, t
select d = '2020-01-01', d > ts, ts < tz, d + 1, d - d, d + i, ts - ts, tz - i, i * 2, i / 2.5, d - 1, ts - d from w
select now(), current_date, current_timestamp, current_timestamp(3), localtime, localtimestamp(2), current_time, current_user, user, session_user, current_schema, current_catalog
select ts at time zone 'UTC', tz at time zone 'UTC', d at time zone 'UTC' from w
select j -> 'a', j ->> 'a', j #> '{a,b}', j @> '{}', j ? 'x', j - 'a', j['a'], j['a']['b'], j[1] from w
select arr[1], arr[1:2], arr[:], arr || 1, 1 || arr, arr || arr, arr = '{1}', arr @> array[1], array_length(arr, 1), cardinality(arr) from w
select array[1,2], array[1,2.5], array['a','b'], array[[1,2],[3,4]], array[arr, arr], array[null,1], array[]::text[], array[1,2]::text[] from w
select array[]
select m = 'ok', m < 'happy', m::text, 'ok'::mood, m in ('sad','ok') from w
select m = 'nope' from w
select m = 1 from w
select 'nope'::mood
select (p).x, (p).y, p from w
select (p).zz from w
select p.x from w
select (w.p).x from w
select (1).x
select o + 1, o, o = 1, abs(o), -o from w
select 5::posint, '5'::posint
select case when flag then 1 else 2.5 end, case a when 1 then 'x' end, case when flag then d else ts end from w, t
select case a when 'x' then 1 end from t
select case when a > 1 then null end from t
select coalesce(a, 1.5), coalesce(b, 'x'), coalesce(null, null), coalesce(null, 1) from t
select nullif(a, 1), nullif(b, 'x'), nullif('a', 'b') from t
select greatest(a, 2.5), least('a', 'b'), greatest(d, ts) from t, w
select row(1, 'a'), row(), (1, 2) from t
select (a, b) = (1, 'x'), (a, b) < (1, 'x'), (a, b) <> (2, 'y') from t
select (a, b) = (select x, y from u) from t
select (a, b) is null, row(a, b) is not null from t
select (a, b) is distinct from (1, 'x') from t
select cast(a as text), a::int8, a::numeric(5,1), '5'::int, 'x'::varchar(3), '1'::char(3), a::bool from t
select b::int4, c::int4, c::float8, a::varchar(2), a::bool::text from t
select d::int4 from w
select a::date from t
select '2020-13-01'::date
select date '2020-01-01', interval '1 day', interval '1' month, timestamp '2020-01-01 10:00', time '10:00'
select timestamptz '2020-01-01', 'now'::timestamp
select 'abc'::int
select int 'abc'
select '1'::boolean, 't'::bool, 'x'::bool
select '{1,x}'::int[]
select '(1,a)'::pair
select 'toolong'::word
select length('abc'), upper('x'), lower(b), substring('abc' from 2 for 1), position('a' in b), trim(b), trim(both 'x' from b), overlay(b placing 'x' from 1) from t
select extract(year from d), extract(epoch from i), date_part('year', ts), date_trunc('day', tz) from w
select round(1.5), round(1.5, 1), round(1), ceil(1.2), floor(a), sqrt(2), power(2, 3), abs(-1), mod(5, 2), trunc(1.5) from t
select round('1.5')
select round(1.5::float8, 1)
select concat('a', 1, null), concat_ws(',', 1, 'b'), format('%s', 1)
select lag(a) over (order by a), lead(a, 2) over (order by a), lag(a, 1, 0) over (order by a), row_number() over (), rank() over (order by b), ntile(4) over (order by a), first_value(b) over (order by a), percent_rank() over (order by a) from t
select lag(a, 1, 1.5) over (order by a) from t
select count(*), count(a), sum(a), avg(a), min(b), max(c), sum(c), avg(c), bool_and(a > 1), string_agg(b, ','), array_agg(a), array_agg(b order by a), count(distinct b) from t
select sum(s), sum(id), sum(f), avg(f), sum(i), max(d), min(m), jsonb_agg(a), json_object_agg(b, a) from w, t
select sum(b) from t
select max(flag) from w
select string_agg(b) from t
select count() from t
select abs(*) from t
select sum(distinct a) filter (where a > 1) from t
select string_agg(distinct b, ',' order by b) from t
select string_agg(distinct b, ',' order by a) from t
select abs(distinct a) from t
select abs(a) filter (where true) from t
select abs(a) over () from t
select count(distinct a) over () from t
select percentile_cont(0.5) within group (order by c), percentile_disc(0.5) within group (order by b), mode() within group (order by b) from t
select percentile_cont(0.5) from t
select percentile_cont(array[0.1,0.9]) within group (order by a) from t
select sum(a) within group (order by a) from t
select rank(1, 'x') within group (order by a, b), dense_rank(1) within group (order by c) from t
select a, sum(a) over (partition by b order by a rows between 1 preceding and current row) from t
select sum(sum(a)) over (order by b) from t group by b
select sum(a) over w, count(*) over (w rows 1 preceding) from t window w as (partition by b order by a)
select sum(a) over (w order by a) from t window w as (order by b)
select sum(a) over (w partition by a) from t window w as (order by b)
select sum(a) over (w) from t window w as (order by b rows 1 preceding)
select sum(a) over (order by a range between 1 preceding and 1 following) from t
select sum(f) over (order by d range '1 day' preceding) from w
select sum(f) over (order by d range 1 preceding) from w
select sum(a) over (order by a groups 1 preceding) from t
select sum(a) over (groups 1 preceding) from t
select sum(a) over (order by a rows a preceding) from t
select sum(a) over (order by a rows 'x' preceding) from t
select row_number() over (order by row_number() over ()) from t
select sum(row_number() over ()) from t
select sum(a) over (order by a) from t where sum(a) > 1
select a from t where sum(a) > 1
select a from t group by sum(a)
select a from t limit a
select a from t limit sum(a)
select a from t limit 1 + 1 offset '2'
select a from t join u on sum(t.a) = 1
select a from t having a > 1
select a from t group by a having sum(a) > 1
select 1 from t having true
select count(*) from t having a = 1
select b, count(*) from t group by 1
select b, count(*) from t group by 3
select b, count(*) from t group by 'x'
select b as a, count(*) from t group by a
select upper(b), count(*) from t group by upper(b)
select upper(b) || 'x' from t group by upper(b)
select lower(b) from t group by upper(b)
select t.b, t.c, u.x from t, u group by t.a, u.x
select t.b from t, u group by u.x
select t from t group by a
select t.* from t group by a
select t.* from t group by b
select (select max(x) from u where u.a = t.a) from t group by a
select (select max(x) from u where u.y = t.b) from t group by a
select (select x from u where u.y = t.b) from t group by c
select (select sum(t.a) from u) from t
select (select sum(t.a + u.x) from u) from t
select (select sum(t.a + u.x) from u) from t group by b
select b from t group by b having (select count(*) from u where u.y = b) > 1
select a, (select count(*) filter (where u.x > 1) from u) from t
select exists (select 1 from u where u.a = t.a), array(select x from u), (select 1 limit 1) from t
select a = any (select x from u), a <> all (select x from u), a not in (select x from u), a > some (select 1) from t
select (a, b) in (select x, y from u), (a, b) <> all (select x, y from u) from t
select a in (select y from u) from t
select a in (select * from u) from t
select (a, b) in (select x from u) from t
select a = any(array[1,2]), a = any('{1,2}'), b = any(array['x']), a = all(arr) from t, w
select a + any(array[1]) from t
select b, c, grouping(b), grouping(b, c), sum(a) from t group by rollup (b, c)
select b, sum(a) from t group by grouping sets ((b), ())
select b, c from t group by cube (b, c)
select a, b from t group by grouping sets ((a), (b))
select a, c from t group by grouping sets ((a), (a, b))
select distinct a, b from t order by b, a
select distinct b from t order by upper(b)
select distinct on (b) a, b from t order by b, a
select distinct on (b, a) a, b from t order by a
select distinct js from w
select js from w order by js
select js from w group by js
select a from t order by b, a desc nulls last, c using >
select a as x, b as x from t order by x
select a as b from t order by b
select a as x from t order by x + 1
select a as x from t order by a + 1
select a from t order by 'x'
select a from t order by 1.5
select a from t union select x from u order by a
select a, b from t union all select x, y from u order by 2, a limit 3
select a from t intersect select c from t
select a from t except select 'x'
select a from t union select b from t
select null union select 1
select null union select null
select 'a' union select 'b' order by 1
select a from t union select x, y from u
select a from t union (select x from u order by y limit 1)
(select a from t order by b) union all select 1
select 1 union select 2 union select 3.5
select js from w union select js from w
values (1, 'a'), (2, null)
values (1), (2.5), (null)
values (1, 2), (3)
values (1) order by 1
values (3), (1) order by column1 limit 1
select * from (values (1, 'x'), (2, 'y')) v(i, s) where i > 1
select * from t
select t.*, u.x from t, u
select * from t t1 join t t2 on t1.a = t2.a
select * from t join t on true
select * from t, t
select * from t as q, u as q
select a.b from t a join u b on a.a = b.a left join w on true
select * from t left join u on t.a = u.a
select * from t full join u using (a)
select a from t full join u using (a) where t.a = 1
select * from (t join u using (a)) as j
select j.a, j.b from (t join u using (a)) as j
select t.a from (t join u using (a)) as j
select * from t join u using (a) as k where k.a = 1
select k.b from t join u using (a) as k
select * from t join u using (b)
select * from t join u on t.a = u.q
select * from t cross join u
select * from t natural join w
select t.a from t join u on t.b = u.x
select * from t join u on a = 1
select * from t, lateral (select t.a + 1 as k) s
select * from t, (select t.a + 1 as k) s
select * from t left join lateral (select * from u where u.a = t.a) s on true
select * from t right join lateral (select * from u where u.a = t.a) s on true
select * from t, generate_series(1, t.a) g
select * from generate_series(1, 3)
select g from generate_series(1, 3) g
select * from generate_series(1, 3) with ordinality
select * from generate_series(1, 3) with ordinality as x(n, o)
select * from unnest(array[1,2], array['a','b']) x
select * from unnest(array[1,2]) x
select * from rows from (generate_series(1,2), generate_series(1,3)) as r(a, b)
select * from jsonb_each('{}') e
select * from json_to_record('{}') as r(a int, b text)
select * from json_to_record('{}')
select * from abs(1)
select * from now() n
select * from current_date
select key, value from jsonb_each_text('{}'::jsonb)
select * from jsonb_array_elements('[]')
select (jsonb_each('{}')).key
select unnest(arr), generate_series(1, 2) from w
select generate_series(1, 3) + 1 as g order by g
select sum(generate_series(1, 2))
select coalesce(generate_series(1,2), 1)
select a from t where exists (select 1 from u where u.a = t.a and u.x = zz)
select s.a from (select a as b from t) s
select * from (select a, a from t) s where a = 1
select x.a from t x where t.a = 1
select tt.a from t
select t.aa from t
select aa from t
select id from t
select "A" from t
select bb, cc from t
with c as (select a from t) select * from c
with c(x) as (select a from t) select x from c
with c(x, y) as (select a from t) select x from c
with c as (select 1), c as (select 2) select * from c
with c as (select * from d), d as (select 1) select * from c
with c as (select * from c) select * from c
with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select * from r
with recursive r(n, s) as (values (1, 'a') union select n + 1, s || 'b' from r) select n, s from r
with recursive r as (select 1 as n union all select n + 1 from r, r r2) select * from r
with recursive r as (select 1 as n union all select n + 1 from t left join r on true) select * from r
with recursive r as (select 1 as n union all select (select n from r) from t) select * from r
with recursive r as (select 1 as n union all select sum(n)::int from r) select * from r
with recursive r as (select n from r union all select 1) select * from r
with recursive r as (select 1 as n union all select n + 1 from r order by 1) select * from r
with recursive a as (select * from b), b as (select * from a) select * from a
with recursive c as (select * from d), d as (select 1 as q) select q from c
with ins as (insert into t values (1, 'x') returning a, b) select * from ins
with ins as (insert into t values (1, 'x')) select * from ins
select * from (with ins as (insert into t values (1) returning a) select * from ins) s
with c as materialized (select 1) select * from c, c c2
insert into t values (1, 'x', 2.5)
insert into t values (1), (2)
insert into t values (1, 'x'), (2)
insert into t (b, a) values ('x', '1')
insert into t (a, b) values (default, 'x'), (1, default)
insert into t default values
insert into t select x, y from u
insert into t select x, y, x, x from u
insert into t (a, b) select x from u
insert into t (a) select y from u
insert into t (a, b) select 1, 'x' union select 2, 'y'
insert into t (a) select null
insert into t (a) values (1.5)
insert into t (a) values ('x')
insert into t (c) values (1::float8)
insert into t (b) values (1)
insert into t (b) values (now())
insert into t (a) values ($1)
insert into t (a, b) values ($1, $2) returning a + $3
insert into t (a) values (sum(1))
insert into t (a) values ((select max(x) from u))
insert into t (a) values (x)
insert into t as tt (a) values (1) returning tt.a, tt.*
insert into t (a) values (1) returning t.a, b as bb, *
insert into t (a) values (1) returning old.a, new.b
insert into t (a) values (1) returning with (old as o, new as n) o.a, n.a
insert into t (a) values (1) returning sum(a)
insert into foo values (1)
insert into uq values (1, 'x', 2, 3)
insert into uq values (1, 'x', 2, default, 4)
insert into uq (k, g) values (1, 2)
insert into idt (id, val) values (1, 'x')
insert into idt (id, val) overriding system value values (1, 'x')
insert into idt (id2, val) values (1, 'x')
insert into idt (id, val) overriding user value values (1, 'x')
insert into idt (id, val) values (default, 'x')
insert into uq (k) values (1) on conflict do nothing
insert into uq (k) values (1) on conflict (k) do nothing
insert into uq (k) values (1) on conflict (k) do update set h = excluded.h, e = uq.e || 'x' where uq.h > 1
insert into uq (k) values (1) on conflict (e) do update set h = h
insert into uq (k) values (1) on conflict (h) do nothing
insert into uq (k) values (1) on conflict (h) where h > 0 do nothing
insert into uq (k) values (1) on conflict (lower(e)) do nothing
insert into uq (k) values (1) on conflict on constraint uq_pkey do nothing
insert into uq (k) values (1) on conflict on constraint nope do nothing
insert into uq (k) values (1) on conflict (zz) do nothing
insert into uq (k) values (1) on conflict (k, e) do nothing
insert into uq (k) values (1) on conflict (k) do update set zz = 1
insert into uq (k) values (1) on conflict (k) do update set h = 1 returning *
update t set b = 'x' where a = 1
update t set b = u.y from u where u.a = t.a returning t.*, u.x
update t as q set b = q.b || 'x'
update t set t.b = 'x'
update t set a = default, b = null
update t set (a, b) = (1, 'x')
update t set (a, b) = (select x, y from u where u.a = t.a)
update t set (a, b) = row(1, 'x')
update t set (a, b) = 1
update t set a = sum(1)
update t set a = 1 where sum(a) = 1
update t set b = 1
update t set a = 'x'
update t set a = $1 where b = $2
update t set a = x from u
update t set a = b
update uq set g = 1
update uq set g = default
update idt set id = 1
update w set arr[1] = 5, arr[2] = 6
update w set arr[1:2] = '{1,2}', j['a'] = '1'
update w set arr[1] = 'x'
update w set p.x = 1
update w set p.zz = 1
update w set s = 5, f = 1, o = 3, v = 'abc', m = 'ok', d = '2020-01-01'
update w set m = 'nope'
update t set a = 1 from t
update t set a = s.x from (select x from u where u.a = t.a) s
update t set a = 1 returning old.a, new.a, a
delete from t where a = 1
delete from t using u where u.a = t.a returning t.a, u.x
delete from t where zz = 1
delete from t as q where t.a = 1
delete from t returning old.a, new.a
merge into t using u on t.a = u.a when matched then update set b = u.y when not matched then insert (a, b) values (u.a, u.y)
merge into t using u on t.a = u.a when matched and t.c > 1 then delete when matched then do nothing returning merge_action(), t.*
merge into t using u on t.a = u.a when not matched then insert values (u.a, t.b)
merge into t using u on t.a = u.a when not matched by source then update set b = u.y
merge into t using u on t.a = u.a when matched then delete when matched then do nothing
merge into t using (select 1 as q) s on t.a = s.q when matched then update set zz = 1
select merge_action()
select * from vw
select bx from vw v where a = 1
select b from vw
insert into vw values (1)
select $1::int, $2 + 1, $3 || 'x', $4 = 1.5
select $1
select $1, $1 + 1
select $2
select $1 = $1
select coalesce($1, 1), case when $2 then 1 end
select a from t where b like $1 and a in ($2, $3) limit $4
select $1::text, $1 + 1
select * from t where a = any($1)
select length($1)
select abs($1)
select grouping(a), a from t group by a
select a from t for update
select a from t for update of t
select distinct a from t for update
select count(*) from t for share
select a from t group by a for update
select a from t union select 1 for update
select js = js from w
select max(js) from w
select array_agg(js) from w
select make_interval(days => 1), make_interval(1, days => 2), make_date(2020, 1, 2)
select make_interval(foo => 1)
select make_interval(days => 1, days => 2)
select pg_catalog.abs(1), pg_catalog.lower('X')
select nos.abs(1)
select 1 operator(pg_catalog.+) 2
select b collate "C" from t
select a collate "C" from t
select t.a::text || '-' || t.b from t
select 'a' 'b'
select pg_typeof('x'), pg_typeof(1)
select 1::text is json, '{}' is json object from t
select json '{}' is not json
select date '2020-01-01' = timestamp '2020-01-01', date '2020-01-01' < '2021-01-01'
select '2020-01-01' = date '2020-01-01'
select sum(1) + count(*) from t where a = 1 group by b order by count(*), max(a)
select b from t group by b order by a
select b from t order by count(*)
select count(*) from t order by a
select count(a) c from t order by c
select 1 from t where a = 1 order by a + 1
select (select a) from t
select (select t.a from u limit 1), (select (select t.a)) from t
select a from (select 1) s(a) where (select a) = 1
select * from t where (a, b) > (1, 'x') and (a, b, c) <> (1, 'x', 2)
select * from t tablesample bernoulli (10)
select * from t tablesample system (10) repeatable (1)
select * from t tablesample foo (10)
select substring(b, 1, 2), substring(b from 'x'), left(b, 1), b[1] from t
select b[1] from t
select arr['x'] from w
select arr[1.5] from w
select arr[1][2], arr[1:2][1] from w
select to_char(now(), 'YYYY'), to_date('x', 'y'), to_timestamp(0)
select random(), gen_random_uuid()
select nextval('foo')
select string_to_array('a,b', ','), array_to_string(arr, ','), array_append(arr, 1), array_position(arr, 1), unnest(arr) from w
select array_append(arr, 'x') from w
select array_append(arr, 1.5) from w
select array_append(null, null)
select array_cat(arr, '{1}') from w
select coalesce(arr, '{}'), coalesce(arr, array[]::int[]) from w
select bool 't' and 'f'
select 'x'::text = 'x'::varchar, 'x'::char(3) = 'x', 'x'::char(3) || 'y', 'x'::name = 'x'
select least(1, 'x')
select sum(a) filter (where sum(a) > 1) from t
select sum(a) filter (where b) from t
select count(*) filter (where a > 1) over () from t
select row_number() filter (where a > 1) over () from t
select nth_value(a, 2) over (), cume_dist() over (order by a) from t
select sum(a) over (partition by sum(a)) from t
select sum(a), b from t group by b window w as (order by zz)
select i, sum(f) over (order by ts range between interval '1 day' preceding and current row) from w
select 10000000000, -2147483648, 2147483647, -9223372036854775808
select 0x1F, 0b101, 1_000
select b'101'
