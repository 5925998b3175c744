-- Identities of one person, merged and parted. Whose an identity or a conversation is with every merge undone stands in
-- own_contact_id; NULL says the contact it has now. docs/adr/0012 tells why messages have no such column.

ALTER TABLE contacts
    ADD COLUMN own jsonb, -- name, language, fields and opt-out without those of the contacts merged into it; NULL: nobody is
    ADD COLUMN merged_into uuid REFERENCES contacts,
    ADD COLUMN merged_at timestamptz;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_name ON contacts (lower(name) COLLATE "C");

ALTER TABLE identities
    ADD COLUMN own_contact_id uuid REFERENCES contacts,
    ADD COLUMN former_ids text[] NOT NULL DEFAULT '{}'; -- what the provider called the account before, the latest last

ALTER TABLE conversations ADD COLUMN own_contact_id uuid;
CREATE INDEX conversations_contact ON conversations (contact_id);

CREATE TABLE contact_merges (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id uuid NOT NULL REFERENCES contacts,
    into_id uuid NOT NULL REFERENCES contacts,
    identities uuid[] NOT NULL,
    conversations uuid[] NOT NULL,
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    unmerged_by text,
    unmerged_at timestamptz
);
CREATE UNIQUE INDEX contact_merges_standing ON contact_merges (contact_id) WHERE unmerged_at IS NULL;

-- Contacts a provider speaks of as one, for a person to judge; the smaller id first.
CREATE TABLE contact_duplicates (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id uuid NOT NULL REFERENCES contacts,
    other_id uuid NOT NULL REFERENCES contacts,
    channel_id uuid NOT NULL REFERENCES channels,
    noticed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (contact_id, other_id),
    CHECK (contact_id < other_id)
);
