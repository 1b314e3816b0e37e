create table r (id integer primary key, flag boolean not null, k integer not null);
insert into r select i, i % 2 = 0, i % 4 from generate_series(1, 8) i;
select id from r where case k when 1 then 'x' when 2 then 'y' end is null order by id;
select id from r where case k when 1 then 'x' when 2 then 'y' end = 'y' order by id;
select id from r where (array[k, 1])::text[] = array['1', '1'] order by id;
