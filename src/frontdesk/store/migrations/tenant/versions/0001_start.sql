-- One tenant's tables. The search path is the tenant's schema; the owner makes them, the tenant's role may read and write.

CREATE TABLE channels (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    kind text NOT NULL,
    name text NOT NULL UNIQUE,
    token_hash bytea NOT NULL UNIQUE,
    api_base text NOT NULL,
    credentials bytea NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'stopped', 'removed')),
    status_reason text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE contacts (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text,
    language text,
    fields jsonb NOT NULL DEFAULT '{}',
    opted_out_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identities (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    channel_id uuid NOT NULL REFERENCES channels,
    external_id text NOT NULL,
    contact_id uuid NOT NULL REFERENCES contacts,
    name text,
    blocked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (channel_id, external_id)
);
CREATE INDEX identities_contact ON identities (contact_id);

CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    channel_id uuid NOT NULL REFERENCES channels,
    external_id text NOT NULL,
    thread text NOT NULL DEFAULT '',
    is_group boolean NOT NULL DEFAULT false,
    contact_id uuid REFERENCES contacts,
    owner text NOT NULL DEFAULT 'bot' CHECK (owner IN ('bot', 'human')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'waiting', 'closed')),
    modes jsonb NOT NULL DEFAULT '[]',
    variables jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    last_inbound_at timestamptz,
    last_message_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (channel_id, external_id, thread)
) WITH (fillfactor = 80);
CREATE INDEX conversations_recent ON conversations (created_at, id);

CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    conversation_id uuid NOT NULL, -- no foreign keys on the hot tables: their statements read the parents themselves
    channel_id uuid NOT NULL,
    contact_id uuid,
    turn_id uuid,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
    author text NOT NULL CHECK (author IN ('contact', 'bot', 'human', 'api')),
    type text NOT NULL,
    text text,
    content text NOT NULL,
    raw text,
    external_id text,
    reply_to text,
    idempotency_key text,
    request_hash bytea, -- of the whole request the key came with
    status text NOT NULL CHECK (status IN ('received', 'answered', 'queued', 'held', 'sent', 'delivered', 'read', 'failed', 'refused')),
    policy text,
    error_code text,
    error text,
    attempts integer NOT NULL DEFAULT 0,
    in_doubt boolean NOT NULL DEFAULT false,
    position bigint,
    trace_id text,
    said_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    edited_at timestamptz,
    deleted_at timestamptz
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX messages_inbound ON messages (channel_id, external_id) WHERE direction = 'inbound';
CREATE INDEX messages_outbound ON messages (channel_id, external_id) WHERE direction = 'outbound' AND external_id IS NOT NULL;
CREATE UNIQUE INDEX messages_idempotent ON messages (channel_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX messages_history ON messages (conversation_id, id);
CREATE INDEX messages_stream ON messages (conversation_id, position) WHERE position IS NOT NULL;
-- Deliveries of one conversation run one after the other, so these numbers rise in the order they become visible.
CREATE SEQUENCE message_position;

CREATE TABLE turns (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    conversation_id uuid NOT NULL,
    message_id uuid,
    event_key text UNIQUE, -- tells a repeat of an event that is no message; messages are told by their own rows
    handler text NOT NULL,
    record jsonb NOT NULL,
    trace_id text,
    started_at timestamptz NOT NULL,
    milliseconds numeric NOT NULL
);

CREATE TABLE receipts (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    message_id uuid NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL,
    error_code text,
    detail text
);
CREATE INDEX receipts_message ON receipts (message_id);

CREATE TABLE feedback (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    conversation_id uuid NOT NULL,
    message_id uuid,
    contact_id uuid,
    kind text NOT NULL CHECK (kind IN ('reaction', 'rating', 'text')),
    score integer CHECK (score BETWEEN 1 AND 5),
    emoji text,
    text text,
    created_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz
);
CREATE INDEX feedback_message ON feedback (message_id);
CREATE UNIQUE INDEX feedback_reaction ON feedback (message_id, contact_id, emoji) WHERE kind = 'reaction' AND withdrawn_at IS NULL;

CREATE TABLE attachments (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    channel_id uuid NOT NULL REFERENCES channels,
    sender text NOT NULL,
    mime text NOT NULL,
    filename text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dead_letters (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    lane smallint NOT NULL,
    group_key text NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    traceparent text,
    attempts integer NOT NULL,
    error_code text NOT NULL,
    error text NOT NULL,
    queued_at timestamptz NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now()
);
