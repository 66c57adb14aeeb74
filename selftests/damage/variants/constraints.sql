create table public.husbands (id integer primary key, wife integer not null);
create table public.wives (id integer primary key, husband integer not null references public.husbands deferrable initially deferred);

insert into public.husbands select g, g from generate_series(1, 20) as g;
insert into public.wives select g, g from generate_series(1, 20) as g;

alter table public.husbands add foreign key (wife) references public.wives deferrable initially immediate;
create table public.tree (id integer primary key, parent integer references public.tree on delete set null);
insert into public.tree values (1, 2), (2, 3), (3, 1), (4, null);
create table public.legacy (id integer, owner_id integer, amount integer);
insert into public.legacy values (1, 1, -5), (2, 999, 5);
alter table public.legacy add constraint positive check (amount > 0) not valid;
alter table public.legacy add constraint owned foreign key (owner_id) references public.husbands not valid;
create table public.once (a integer, b integer, unique nulls not distinct (a, b), c integer unique deferrable);
insert into public.once values (1, null, 1), (null, null, 2), (null, 1, null);
create table public.meetings (room int4range, during tsrange,
    constraint no_overlap exclude using gist (room with =, during with &&) where (room is not null) deferrable);
insert into public.meetings values ('[1,1]', '[2024-01-01,2024-01-02)'), ('[1,1]', '[2024-01-02,2024-01-03)');
create table public.multi (a integer, b text, c integer, primary key (b, a) include (c), unique (c) with (fillfactor = 70));
create table public.multi_ref (x text, y integer, n integer,
    foreign key (x, y) references public.multi (b, a) match full on update cascade on delete set null,
    foreign key (n) references public.multi (c) on delete set default);
insert into public.multi values (1, 'one', 1), (2, 'two', 2);
insert into public.multi_ref values ('one', 1, 1), (null, null, null);
create table public.partial_null (x text, y integer, foreign key (x, y) references public.multi (b, a) on delete set null (y));
insert into public.partial_null values (null, 77), ('nowhere', null), ('two', 2);
alter table public.multi replica identity full;
