create table public.words (id integer primary key, body text not null unique, folded text generated always as (lower(body)) stored);
insert into public.words (id, body) values (1, 'a'), (2, 'B'), (3, U&'\00c4'), (4, U&'\00e4'), (5, U&'\00df'), (6, '_'), (7, U&'\0130');
create index on public.words (upper(body));
alter table public.words add constraint starts_high check (body >= '!');
create table public.split (body text) partition by range (body);
create table public.split_low partition of public.split for values from (minvalue) to ('m');
create table public.split_high partition of public.split for values from ('m') to (maxvalue);
insert into public.split values ('a'), ('Z'), ('z'), (U&'\00e9');
