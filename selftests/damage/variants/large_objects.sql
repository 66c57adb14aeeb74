select lo_from_bytea(4242, decode(repeat('deadbeef', 5000), 'hex'));
select lo_from_bytea(4243, ''::bytea);
select lo_from_bytea(0, 'small');
comment on large object 4242 is 'A picture.';
alter large object 4243 owner to healthy_pictures;
grant select on large object 4242 to healthy_pictures;
create table public.pictures (id integer primary key, object oid);
insert into public.pictures values (1, 4242), (2, 4243);
