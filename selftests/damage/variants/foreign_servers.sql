create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw options (host 'elsewhere.invalid', dbname 'x');
create user mapping for public server elsewhere options (user 'u', password 'not a secret');
create foreign table public.remote (id integer not null, body text options (column_name 'b')) server elsewhere options (table_name 't');
comment on foreign table public.remote is 'Far away.';
create table public.local (id integer primary key, remote_id integer);
insert into public.local values (1, 1);
