create table public.streamed (id integer primary key, body text, secret text);
insert into public.streamed values (1, 'a', 'x'), (2, 'b', 'y');
create publication everything for all tables with (publish = 'insert, update');
create publication a_part for table public.streamed (id, body) where (id > 1), public.notes with (publish_via_partition_root = true);
create publication whole_schema for tables in schema public;
create publication nothing_yet;
alter table public.streamed replica identity using index streamed_pkey;
