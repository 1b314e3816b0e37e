-- Found by writing applications: what experienced users of PostgreSQL write.
create domain sku as varchar(8);
create domain amount as numeric(10, 2);
create table sold (id int primary key, code varchar(8), short char(4), item sku, price amount, small smallint, at timestamp);
insert into sold values (1, 'b', 'x', 'k2', 2.5, 1, '2024-01-01'), (2, 'a', 'y', 'k1', 1.5, 2, '2024-01-02'), (3, 'b', 'x', 'k2', 2.5, 2, '2024-01-02'), (4, null, null, null, null, null, null);
-- ORDER BY of an aggregate names an argument that it takes as another type
select string_agg(distinct code, ',' order by code) from sold;
select string_agg(distinct code, ',' order by code desc), string_agg(distinct item, ',' order by item), string_agg(distinct short, ',' order by short desc) from sold;
select sum(distinct price order by price), avg(distinct small order by small), max(distinct small order by small) from sold;
select string_agg(distinct code::text, ',' order by code::text) from sold;
select string_agg(distinct code::text, ',' order by code) from sold;
select string_agg(distinct code, ',' order by code::text) from sold;
select string_agg(distinct code, ',' order by lower(code)) from sold;
select string_agg(distinct code || 'x', ',' order by code || 'x') from sold;
select string_agg(distinct code, code order by code, code desc) from sold;
select string_agg(distinct code, small::text order by code, small) from sold;
select string_agg(short, '' order by short, id desc), string_agg(item, '' order by item desc, id) from sold;
select small, string_agg(distinct code, ',' order by code) filter (where price > 1) from sold group by rollup (small) order by 1, 2;
select array_agg(distinct item order by item desc)::text[], string_agg(distinct code, ',' order by code, ','), count(distinct code order by code), json_agg(distinct code order by code) from sold;
-- a group of no rows stays away by a condition on it, not by one on its rows
create table few (i int primary key, x int);
insert into few values (1, null), (2, 5), (3, 5);
select o.i, l.* from few o join lateral (select o.x, count(*), sum(x) from few where i > 1 group by rollup (i)) l on l.x is not null order by 1, 3, 4;
select o.i, l.* from few o join lateral (select o.x, count(*) from few where i > 9 group by rollup (i, x)) l on l.x is not null order by 1, 3;
select o.i, l.* from few o join lateral (select o.x, count(*) from few where i > 9 group by grouping sets ((x), ())) l on l.x > 4 order by 1, 3;
select o.i, l.* from few o left join lateral (select o.x, count(*) from few where i > 9 group by cube (x)) l on l.x > 4 order by 1, 3;
select o.i, l.* from few o join lateral (select o.x, count(*) from few where i > 9 group by grouping sets ((x), (i, x))) l on l.x > 4 order by 1, 3;
select * from (select 1 as one, count(*) from few where i > 9 group by rollup (x)) q where one = 2;
select * from few o where exists (select from (select o.x as y, count(*) from few where i > 9 group by rollup (x)) q where y = 5) order by i;
select count(*) from few where i > 9 group by rollup (x) having false;
-- FULL JOIN ON what is null whatever the rows are
select l.i, r.x from few l full join few r on null::int = r.x order by 1, 2;
select l.i, r.i from few l full join few r on l.i = r.i and l.x < null order by 1, 2;
select l.i, r.i from few l full join few r on (l.i, r.i) = (null, 1) order by 1, 2;
select l.i, r.i from few l full join few r on l.i between null and 2 order by 1, 2;
select i from few where x = null or not (x > null and i < 3) order by i;
