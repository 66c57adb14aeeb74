create table public.japanese (id integer primary key, U&"\5217" text);
insert into public.japanese values (1, U&'\65e5\672c\8a9e'), (2, U&'\30ab\30bf\30ab\30ca \\ x');
