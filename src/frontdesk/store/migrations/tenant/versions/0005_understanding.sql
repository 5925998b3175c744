-- Intents as they are being written; what is live is the version promoted last, with a copy of all of it.

CREATE TABLE intents (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL UNIQUE,
    document jsonb NOT NULL DEFAULT '{}', -- core/intents.py without the name
    further jsonb NOT NULL DEFAULT '{}', -- what else stands with it in training files
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE utterances (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    intent_id uuid NOT NULL REFERENCES intents ON DELETE CASCADE,
    text text NOT NULL,
    entities jsonb NOT NULL DEFAULT '[]',
    metadata jsonb,
    is_note boolean NOT NULL DEFAULT false, -- a line of a file that trains nothing
    source text NOT NULL DEFAULT 'written' CHECK (source IN ('written', 'imported', 'message')),
    message_id uuid, -- the message it was taken from
    created_by text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX utterances_once ON utterances (intent_id, md5(text));

-- Synonyms, regexes, lookups, and what else stood in files that were imported.
CREATE TABLE training_sections (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    kind text NOT NULL CHECK (kind IN ('synonym', 'regex', 'lookup', 'unknown', 'further')),
    name text NOT NULL,
    content jsonb NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE intent_models (
    version integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'training', 'ready', 'failed')),
    intents jsonb NOT NULL, -- the definitions as they were
    training text NOT NULL, -- the training data as they were, as Rasa NLU YAML
    model bytea, -- NULL: patterns alone
    metrics jsonb,
    error text,
    promote boolean NOT NULL DEFAULT false, -- as soon as it is ready
    wanted_by text NOT NULL,
    wanted_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    ended_at timestamptz
);
ALTER TABLE intent_models ALTER COLUMN model SET STORAGE EXTERNAL; -- it is compressed already

-- The last row says which version is live; a row without one says none is.
CREATE TABLE intent_promotions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version integer REFERENCES intent_models,
    is_rollback boolean NOT NULL DEFAULT false, -- takes the latest promotion back that stands
    promoted_by text NOT NULL,
    promoted_at timestamptz NOT NULL DEFAULT now()
);

-- Keys of providers, sealed; settings name them.
CREATE TABLE secrets (
    name text PRIMARY KEY,
    sealed bytea NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- What files were read as, by what they hold and what read them.
CREATE TABLE media_texts (
    key text PRIMARY KEY,
    result text NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX media_texts_by_age ON media_texts (read_at);

-- What contacts said of themselves, every time; core/facts.py says which of it counts.
CREATE TABLE facts (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
    name text NOT NULL,
    value text NOT NULL,
    source text NOT NULL CHECK (source IN ('guessed', 'extracted', 'provider', 'stated', 'desk')),
    confidence numeric NOT NULL DEFAULT 1,
    origin text NOT NULL DEFAULT '',
    said_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX facts_once ON facts (contact_id, name, source, md5(value));

-- The text in the tenant's working language: of a file, or of words in another one.
ALTER TABLE messages ADD COLUMN working_text text;

ALTER TABLE conversations
    ADD COLUMN summary jsonb, -- text, until, covered, by
    ADD COLUMN loose_messages integer NOT NULL DEFAULT 0, -- said since the summary
    ADD COLUMN loose_words integer NOT NULL DEFAULT 0,
    ADD COLUMN session_at timestamptz NOT NULL DEFAULT now(); -- when the present session began

-- Versions go with their message.
CREATE INDEX message_versions_message ON message_versions (message_id);
