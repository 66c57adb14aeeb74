-- A telephone service's database, the same each time for the same number of accounts (:accounts).
GRANT CREATE ON SCHEMA public TO bulk_owner;
SET ROLE bulk_owner;

CREATE TABLE accounts (
    id bigint NOT NULL, name text NOT NULL, email text NOT NULL, plan text NOT NULL,
    settings jsonb NOT NULL, created_at timestamptz NOT NULL
);
CREATE TABLE contacts (
    id bigint NOT NULL, account_id bigint NOT NULL, name text NOT NULL, phone text NOT NULL,
    tags text[] NOT NULL, created_at timestamptz NOT NULL
);
CREATE TABLE calls (
    id bigint NOT NULL, account_id bigint NOT NULL, contact_id bigint NOT NULL, seconds integer NOT NULL,
    cost numeric(10, 4) NOT NULL, summary text NOT NULL, started_at timestamptz NOT NULL
);
CREATE TABLE messages (
    id bigint NOT NULL, call_id bigint NOT NULL, place integer NOT NULL, speaker text NOT NULL,
    body text NOT NULL
);
CREATE TABLE events (
    id uuid NOT NULL, account_id bigint NOT NULL, kind text NOT NULL, payload jsonb NOT NULL,
    happened_at timestamptz NOT NULL
);

CREATE TEMPORARY TABLE speech AS
SELECT string_agg(words[1 + (place * place * 31 + place * 7) % 24], ' ' ORDER BY place) AS text
FROM generate_series(1, 600) AS place, (SELECT ARRAY[
    'the', 'caller', 'asked', 'for', 'an', 'appointment', 'next', 'Tuesday', 'because', 'of', 'a', 'bill',
    'that', 'was', 'paid', 'twice', 'and', 'would', 'like', 'to', 'hear', 'about', 'opening', 'hours'
] AS words) AS vocabulary;

INSERT INTO accounts
SELECT i, 'Account ' || i, md5('email' || i) || '@example.com', (ARRAY['free', 'team', 'large'])[1 + i % 3],
    jsonb_build_object('zone', i % 24, 'key', md5('key' || i)), timestamptz '2024-01-01 00:00Z' + i * interval '1 minute'
FROM generate_series(1, :accounts) AS i;

INSERT INTO contacts
SELECT i, 1 + i % :accounts, 'Contact ' || md5('name' || i), '+49' || (i * 7919 % 10000000000),
    ARRAY['tag' || i % 17, 'tag' || i % 29], timestamptz '2024-01-01 00:00Z' + i * interval '10 seconds'
FROM generate_series(1, :accounts * 10::bigint) AS i;

INSERT INTO calls
SELECT i, 1 + i % :accounts, 1 + i % (:accounts * 10), i * 31 % 1800, i * 17 % 100000 / 1000.0,
    substr(text, (1 + i * 7919 % 2000)::integer, 120) || md5('call' || i),
    timestamptz '2024-01-01 00:00Z' + i * interval '5 seconds'
FROM generate_series(1, :accounts * 20::bigint) AS i, speech;

INSERT INTO messages
SELECT i, 1 + i / 6, i % 6, (ARRAY['caller', 'agent'])[1 + i % 2],
    substr(text, (1 + i * 104729 % 2000)::integer, 150 + (i % 100)::integer) || md5('message' || i)
FROM generate_series(0, :accounts * 120::bigint - 1) AS i, speech;

INSERT INTO events
SELECT md5('event' || i)::uuid, 1 + i % :accounts, 'kind ' || i % 40,
    jsonb_build_object('call', i, 'by', md5('by' || i), 'ok', i % 7 > 0),
    timestamptz '2024-01-01 00:00Z' + i * interval '3 seconds'
FROM generate_series(1, :accounts * 30::bigint) AS i;

ALTER TABLE accounts ADD PRIMARY KEY (id), ADD UNIQUE (email);
ALTER TABLE contacts ADD PRIMARY KEY (id), ADD FOREIGN KEY (account_id) REFERENCES accounts;
ALTER TABLE calls ADD PRIMARY KEY (id), ADD FOREIGN KEY (account_id) REFERENCES accounts,
    ADD FOREIGN KEY (contact_id) REFERENCES contacts;
ALTER TABLE messages ADD PRIMARY KEY (id), ADD UNIQUE (call_id, place),
    ADD FOREIGN KEY (call_id) REFERENCES calls;
ALTER TABLE events ADD PRIMARY KEY (id), ADD FOREIGN KEY (account_id) REFERENCES accounts;
CREATE INDEX ON contacts (account_id);
CREATE INDEX ON contacts (phone);
CREATE INDEX ON contacts USING gin (tags);
CREATE INDEX ON calls (account_id, started_at);
CREATE INDEX ON calls (contact_id);
CREATE INDEX ON calls (started_at) WHERE seconds > 900;
CREATE INDEX ON events (account_id, happened_at);
CREATE INDEX ON events (kind);
