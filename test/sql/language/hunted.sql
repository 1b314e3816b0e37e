-- Found by asking both, side by side.
create table hunted (id int primary key, v int, f float8, n numeric, t text);
insert into hunted select i, i % 3, i / 2.0, i * 1.1, chr(96 + i) from generate_series(1, 8) i;
-- groups by what is made of groups
select count(*) from hunted group by 1;
select count(*) as c from hunted group by c;
select v, sum(id) + 1 from hunted group by v, 2;
select rank() over () from hunted group by 1;
select (select count(*) from hunted b where b.v = a.v) as c, count(*) from hunted a group by 1 order by 1;
select (select max(a.id) from hunted b limit 1) from hunted a group by 1;
-- offsets that are no numbers
select count(*) over (order by f range between 1 preceding and 'NaN'::float8 following) from hunted;
select count(*) over (order by n range between 'NaN'::numeric preceding and 1 following) from hunted;
select id, count(*) over (order by n range between 'Infinity'::numeric preceding and 1.2 following) from hunted order by id;
-- samples
select * from hunted tablesample system (200);
select * from hunted tablesample bernoulli (-1);
select * from hunted tablesample bernoulli ('NaN');
select * from hunted tablesample bernoulli (null);
select * from hunted tablesample system (50) repeatable (null);
select count(*) from hunted tablesample bernoulli (100) repeatable (7) where v > 0;
select count(*) from hunted a, hunted tablesample bernoulli (0) b;
select (select array_agg(id) from hunted tablesample bernoulli (50) repeatable (3)) is not distinct from (select array_agg(id) from hunted tablesample bernoulli (50) repeatable (3)) as the_same;
select count(distinct s) from generate_series(1, 5) g, lateral (select array_agg(id + g - g) as s from hunted tablesample bernoulli (50) repeatable (3)) x;
-- a column of a table that a view shows twice
create view hunted_twice as select id, id as again, v from hunted;
insert into hunted_twice values (60, 61);
insert into hunted_twice (again, v) values (60, 1) returning *;
insert into hunted_twice (again, id) values (60, 1);
insert into hunted_twice (again, again) values (60, 1);
update hunted_twice set id = 1, again = 2;
-- names of the old row and of the new one
update hunted set v = 1 where false returning with (old as o, old as p) o.v;
update hunted set v = 1 where false returning with (new as o, new as p) o.v;
update hunted set v = 1 where false returning with (new as hunted) hunted.v;
update hunted set v = 1 where false returning with (new as o, old as o) o.v;
update hunted h set v = 1 from hunted g where g.id = h.id and false returning with (old as g) g.v;
update hunted set v = 4 where id = 2 returning with (old as before) before.v, new.v;
-- a sequence that is at a number which is allowed no more
create sequence steps start 5;
select nextval('steps');
alter sequence steps maxvalue 4;
alter sequence steps maxvalue 4 restart 2 start 1;
select nextval('steps');
alter sequence steps minvalue 3 start 3;
alter sequence steps as smallint;
-- text
select unistr('\d800');
select unistr('\D83D\0041');
select unistr('\DE00');
select unistr('\D83D\DE00 \+01F600 \U0001F600 \\');
select lower('ΑΣ ΑΣΑ İΣ'), 'ΑΣ' ilike 'ας', 'ΑΣ' ilike 'ασ', initcap('ΑΣ ΣΑΣ'), casefold('ΑΣ');
-- lengths of what a recursion begins with
with recursive r (n) as (select 'a'::varchar(3) union all select n || 'b' from r where length(n) < 3) select * from r;
with recursive r (n) as (select 'a'::varchar(3) union all select (n || 'b')::varchar(3) from r where length(n) < 3) select * from r;
with recursive r (n) as (select 'a'::varchar(3) union all select 'b' from r where n = 'a') select * from r;
with recursive r (n) as (select 1.5::numeric(5, 2) union all select n + 1 from r where n < 3) select * from r;
with recursive r (n) as (select 1.5::numeric union all select (n + 1)::numeric(5, 2) from r where n < 3) select * from r;
with recursive r (n) as (select 'a'::varchar(3) union all select 1 from r) select * from r;
-- bounds of arrays
create table bounded (a int[]);
insert into bounded values ('{1}');
update bounded set a[1:1][1:1][1:1][1:1][1:1][1:1][1:1] = '{1}';
update bounded set a[1][1][1][1][1][1][1] = 1;
update bounded set a = null;
update bounded set a[1][1][1][1][1][1][1] = 1;
update bounded set a[2147483647] = 1;
update bounded set a[2147483646] = 1 returning a::text;
update bounded set a[2147483647] = 2 returning a::text;
select '[1:99999999999]={1}'::int[];
select '[2147483647:2147483647]={1}'::int[];
select '[2147483646:2147483646]={1}'::int[]::text;
select array_fill(1, '{2}', '{2147483646}');
select array_fill(1, '{1}', '{2147483646}')::text;
select array_append('[2147483646:2147483646]={1}'::int[], 2);
select array_prepend(2, '[-2147483648:-2147483648]={1}'::int[]);
select (array_prepend(2, '[-2147483647:-2147483647]={1}'::int[]))::text;
select ('[2147483646:2147483646]={1}'::int[] || '{3}')::text;
select (array[1])[1][1][1][1][1][1][1];
-- values are computed in the order of the table's columns
create table ordered (a int default 0, b int, c int unique);
create sequence first_asked;
create sequence other_asked start 100;
insert into ordered values (1, 2, 3);
update ordered set b = nextval('first_asked'), a = nextval('other_asked') returning a, b;
select lastval();
update ordered set (b, a) = row(nextval('other_asked'), nextval('first_asked')) returning a, b;
select lastval();
update ordered set (b, a) = (select nextval('other_asked'), nextval('first_asked')) returning a, b;
select lastval();
insert into ordered (c, b, a) values (3, 1, 1) on conflict (c) do update set b = nextval('first_asked'), a = nextval('other_asked') returning a, b;
select lastval();
insert into ordered (c, b, a) values (nextval('first_asked'), 1, nextval('other_asked')) returning a, b, c;
select lastval();
insert into ordered (c, b, a) values (nextval('first_asked'), 1, nextval('other_asked')), (nextval('first_asked'), 1, nextval('other_asked')) returning a, b, c;
select lastval();
insert into ordered (c, b, a) select nextval('first_asked'), 1, nextval('other_asked') returning a, b, c;
select lastval();
merge into ordered using (values (3)) s (x) on c = x when matched then update set b = nextval('first_asked'), a = nextval('other_asked') returning a, b;
select lastval();
merge into ordered using (values (333)) s (x) on c = x when not matched then insert (c, b, a) values (333, nextval('first_asked'), nextval('other_asked')) returning a, b;
select lastval();
update ordered set b = 1 / (a - a), a = sqrt(-b);
update ordered set c = null, a = sqrt(-1), b = 1 / 0;
insert into ordered (b, a) values (1 / 0, sqrt(-1));
insert into ordered (b, a) values (1 / length(''), sqrt(-length('a')));
insert into ordered (b, a) values (1 / length(''), sqrt(-length('a'))), (1, 1);
insert into ordered (b, a) values (to_char(now(), '"x"')::int, to_char(now(), '"y"')::date - current_date);
