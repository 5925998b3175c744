-- Inbound media kept once: a row a file of a message, beside the rows of visitors' uploads (those without a message).

ALTER TABLE attachments
    ALTER COLUMN sender SET DEFAULT '',
    ALTER COLUMN mime SET DEFAULT '',
    ALTER COLUMN filename SET DEFAULT '',
    ALTER COLUMN size SET DEFAULT 0,
    ALTER COLUMN sha256 SET DEFAULT '',
    ADD COLUMN message_id uuid,
    ADD COLUMN number integer,
    ADD COLUMN status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'kept', 'failed', 'refused', 'expired')),
    ADD COLUMN error text,
    ADD COLUMN file_id uuid, -- the name of the bytes: rows with the same bytes share them
    ADD COLUMN claimed_until timestamptz, -- somebody is fetching a pending file up to then
    ADD COLUMN kept_at timestamptz,
    ADD CONSTRAINT attachments_of_message UNIQUE (message_id, number);

UPDATE attachments SET status = 'kept', file_id = id, kept_at = created_at;

CREATE INDEX attachments_by_age ON attachments (kept_at) WHERE status = 'kept';
CREATE INDEX attachments_by_bytes ON attachments (sha256) WHERE status = 'kept';
