SET session_replication_role = replica;

--
-- PostgreSQL database dump
--

-- Dumped from database version 17.4
-- Dumped by pg_dump version 17.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Data for Name: audit_log_entries; Type: TABLE DATA; Schema: auth; Owner: supabase_auth_admin
--

INSERT INTO "auth"."audit_log_entries" ("instance_id", "id", "payload", "created_at", "ip_address") VALUES
	('00000000-0000-0000-0000-000000000000', '11111111-1111-1111-1111-111111111111', '{"a":1}', '2024-01-01 00:00:00+00', ''),
	('00000000-0000-0000-0000-000000000000', '22222222-2222-2222-2222-222222222222', '{"a":2}', '2024-01-01 00:00:00+00', '');

INSERT INTO "auth"."flow_state" ("id", "user_id", "auth_code", "n", "flag", "x") VALUES
	('11111111-1111-1111-1111-111111111111', '11111111-1111-1111-1111-111111111111', 'CODE', 5, true, 1.5);

INSERT INTO "auth"."users" ("instance_id", "id", "aud", "role", "email", "encrypted_password", "brand_new_column", "another", "is_anonymous") VALUES
	('00000000-0000-0000-0000-000000000000', '11111111-1111-1111-1111-111111111111', 'authenticated', 'authenticated', 'a@b.c', '$2a$10$canary', 'x', false, false);

INSERT INTO "auth"."identities" ("provider_id", "user_id", "identity_data", "provider", "id") VALUES
	('1', '11111111-1111-1111-1111-111111111111', '{"email":"A@b.c"}', 'email', '11111111-1111-1111-1111-111111111111');

INSERT INTO "auth"."mfa_factors" ("id", "factor_type") VALUES
	('11111111-1111-1111-1111-111111111111', 'a factor of tomorrow');

INSERT INTO "cron"."job" ("jobid", "schedule", "command", "active") VALUES
	(1, '* * * * *', 'select 1', true);

INSERT INTO "public"."profiles" ("id", "username", "m", "e") VALUES
	('11111111-1111-1111-1111-111111111111', 'it''s; -- \restrict', 'a', '[1,2,3]');

INSERT INTO "public"."notes" ("id", "user_id", "body") VALUES
	(1, '11111111-1111-1111-1111-111111111111', 'line
\connect evil
-- not a comment
\.
'),
	(2, '11111111-1111-1111-1111-111111111111', NULL);

INSERT INTO "storage"."buckets" ("id", "name", "public", "type") VALUES
	('b', 'b', true, 'STANDARD');
INSERT INTO "storage"."objects" ("id", "bucket_id", "name", "metadata", "level") VALUES
	('11111111-1111-1111-1111-111111111111', 'b', 'a/b.png', '{"size": 1}', 2);
INSERT INTO "storage"."newer_than_our_base" ("id") VALUES ('x');

INSERT INTO "supabase_functions"."hooks" ("id", "hook_table_id", "hook_name", "created_at", "request_id") VALUES
	(1, 17000, 'hook', '2024-01-01 00:00:00+00', 3);

SELECT pg_catalog.setval('"auth"."refresh_tokens_id_seq"', 15, true);
SELECT pg_catalog.setval('"cron"."jobid_seq"', 1, true);
SELECT pg_catalog.setval('"cron"."runid_seq"', 1, false);
SELECT pg_catalog.setval('"public"."notes_id_seq"', 2, true);
SELECT pg_catalog.setval('"supabase_functions"."hooks_id_seq"', 1, true);
SELECT pg_catalog.setval('"net"."http_request_queue_id_seq"', 1, true);

--
-- PostgreSQL database dump complete
--

RESET ALL;
