create table m (id int primary key, v text, n int);
insert into m values (1, 'one', 10), (2, 'two', 20), (3, 'three', 30), (6, 'six', 60);
create table s (id int, v text, n int);
insert into s values (2, 'TWO', 21), (4, 'FOUR', 40), (5, null, 50);
with changed as (merge into m using s on m.id = s.id when matched and s.n > 100 then delete when matched then update set v = s.v, n = m.n + s.n when not matched and s.v is null then do nothing when not matched then insert values (s.id, s.v, s.n) when not matched by source and m.id = 3 then delete when not matched by source then update set n = -1 returning merge_action(), m.*, s.id as sid, s.v is null as n1, s is null as n2, s::text as whole, old.v as o, new.v as nv) select * from changed order by id;
select * from m order by 1;
with changed as (merge into m using (select id, n * 2 as twice from s) q on m.id = q.id when matched then update set n = q.twice when not matched by source then update set n = 0 returning merge_action(), m.id, q.id as qid, q.twice, coalesce(q.twice, -1) as c) select * from changed order by id;
with changed as (merge into m using (s left join m other on other.id = s.id) on m.id = s.id when not matched by source then delete returning m.id, s.id as sid, other.id as oid) select * from changed order by id;
with changed as (merge into m using s on false when not matched by source then update set n = n + 1 returning m.id, s.n) select * from changed order by id;
