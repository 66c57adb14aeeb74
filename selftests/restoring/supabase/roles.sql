SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE ROLE "app_user";
ALTER ROLE "app_user" WITH INHERIT NOCREATEROLE NOCREATEDB LOGIN BYPASSRLS;

ALTER ROLE "anon" SET "statement_timeout" TO '3s';
ALTER ROLE "authenticated" SET "statement_timeout" TO '8s';
ALTER ROLE "authenticator" SET "statement_timeout" TO '8s';

GRANT "authenticated" TO "app_user" WITH INHERIT TRUE GRANTED BY "postgres";

RESET ALL;
