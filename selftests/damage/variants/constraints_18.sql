create extension btree_gist;
create table public.rooms (id integer, valid daterange, primary key (id, valid without overlaps));
create table public.stays (room integer, during daterange, foreign key (room, period during) references public.rooms (id, period valid));
insert into public.rooms values (1, '[2024-01-01,2024-02-01)'), (1, '[2024-02-01,2024-03-01)');
insert into public.stays values (1, '[2024-01-20,2024-02-10)');
create table public.lax (id integer, a integer constraint small check (a < 10) not enforced,
    note integer references public.notes not enforced);
insert into public.lax values (1, 50, 12345);
create table public.half (a integer, b integer);
insert into public.half values (null, 1);
alter table public.half add constraint a_known not null a not valid;
alter table public.half add constraint b_known not null b no inherit;
