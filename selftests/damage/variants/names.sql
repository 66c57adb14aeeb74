create schema "Sales";
create schema "we ird.%s";
create schema "select";
create table "Sales"."Order Items" ("Id" integer primary key, "from" text, "naïve ☃" text, "x""y" text default 'a%b', "a.b" int);
insert into "Sales"."Order Items" values (1, 'x', 'ü', '''', 1), (2, E'\\N', E'\\.', E'\\\\', 2);
create table "we ird.%s"."ta""b%d
le" ("col %s" text, "%(name)s" text, "{}" text);
insert into "we ird.%s"."ta""b%d
le" values ('\restrict x', '\N', '{0}'), (E'\\N', E'a\tb', '%s');
create table "select"."table" ("column" integer primary key, "user" name default current_user, "order" integer references "select"."table");
insert into "select"."table" values (1, 'x', null), (2, 'y', 1);
create function public.lower(integer) returns integer immutable language sql as $$select $1$$;
create table public.lower ("count" integer);
create table public.count (lower integer);
create table public.now (now timestamptz);
create table public.pg_tables (id integer);
insert into public.count values (1), (2);
insert into public.lower values (3);
insert into public.pg_tables values (1);
create table public.aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg (
    aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg integer primary key,
    ééééééééééééééééééééééééééééééé integer unique
);
insert into public.aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg values (1, 1);
create table public."日本語" ("列" text primary key);
insert into public."日本語" values ('値'), ('👩‍👩‍👧'), (U&'e\0301'), ('é');
create table public." leading" (" " integer, "trailing " integer);
create table public."a.b" ("c.d" integer);
create table public."a"("b" integer);
create schema a;
create table a.b (c integer);
insert into public."a.b" values (1);
insert into a.b values (1), (2);
create table public."back\slash" ("\." text);
insert into public."back\slash" values (E'\\.'), (E'\\');
create table public."--comment" ("/* x */" text);
create table public."$1" ("$tag$" text);
create table public."semi;colon" ("'quote'" text);
create type public."My Enum" as enum ('A b', '"', '');
create table public."Mixed" (v public."My Enum" default '');
insert into public."Mixed" values ('A b'), ('"'), ('');
create index "In dex" on public."Mixed" (v);
create view public."View ""quoted""" with (security_invoker = true) as select v as "V" from public."Mixed";
create function public."Fn x"("Arg 1" public."My Enum", out "Out" text) language sql as $$select $1::text$$;
alter table public."Mixed" add constraint "chk: 1 = 1" check (v is not null);
create policy "p 100% ""ok"" 'x'" on public."Mixed" using (v = 'A b');
alter table public."Mixed" enable row level security;
create sequence public."Seq uence" owned by public."Mixed".v;
comment on table public."semi;colon" is E'; \\connect \n-- TOC entry\n\\restrict';
