-- One of everything that sqlsmith can make use of: types, keys, views, and rows to meet.
create type mood as enum ('sad', 'ok', 'happy');
create table authors (
  id serial primary key, name text not null unique, born date, email varchar(50), rating real,
  score double precision, tags text[], profile jsonb, active boolean default true,
  created timestamptz default now());
create table books (
  id bigint generated always as identity primary key, author_id int references authors on delete cascade,
  title text not null, price numeric(8, 2) check (price >= 0), isbn char(13), pages smallint,
  published timestamp, cover bytea, uid uuid default gen_random_uuid(), data json, opening time,
  lasted interval, pages_doubled int generated always as (pages * 2) stored);
create index books_author on books (author_id, published desc);
create unique index books_title on books (lower(title));
create table people (
  id int primary key, feels mood, numbers int[], profile jsonb, ratio numeric, at timetz, code "char");
create sequence numbers;
create view cheap as
  select b.id, b.title, b.price, a.name from books b join authors a on a.id = b.author_id where b.price < 20;
create view active as select id, name, tags from authors where active;
create materialized view totals as
  select author_id, count(*) as n, sum(price) as total, avg(pages) as pages from books group by author_id;

insert into authors (name, born, email, rating, score, tags, profile)
  select 'author ' || i, date '1950-01-01' + i * 100, 'a' || i || '@x.io', i / 3.0, i / 7.0,
    array['t' || i % 3, 'u'], jsonb_build_object('k', i, 'l', array[i, i + 1]) from generate_series(1, 12) i;
insert into books (author_id, title, price, isbn, pages, published, cover, data, opening, lasted)
  select i % 12 + 1, 'book ' || i, i * 1.25, lpad(i::text, 13, '0'), i,
    timestamp '2000-01-01' + i * interval '1 day 1 hour', decode('00ff', 'hex'), json_build_object('n', i),
    time '00:00' + i * interval '7 minutes', i * interval '1 hour' from generate_series(1, 25) i;
insert into people
  select i, (array['sad', 'ok', 'happy'])[i % 3 + 1]::mood, array[i, i * 2], to_jsonb(i), i / 9.0,
    timetz '12:00+02', 'x' from generate_series(1, 10) i;
refresh materialized view totals;
