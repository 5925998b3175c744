-- One row a link; what the link says is kept as a hash only, so that nobody who reads this table can open a calendar.
CREATE TABLE calendar_links (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    name text, -- what whoever made it calls it
    made_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    revoked_by text,
    opened_on date -- the last day it was asked for
);
CREATE INDEX calendar_links_of_contact ON calendar_links (contact_id, id);

CREATE INDEX reminders_over ON reminders (id) WHERE status <> 'active';
ALTER TABLE reminders ADD COLUMN channels jsonb NOT NULL DEFAULT '[]'; -- names or kinds in the order they are tried
