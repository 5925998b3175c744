-- `handler` and `intent` are those of the turn the feedback is about: the turn itself may be gone sooner.
ALTER TABLE feedback
    ADD COLUMN sentiment numeric(4, 3) CHECK (sentiment BETWEEN -1 AND 1),
    ADD COLUMN handler text,
    ADD COLUMN intent text,
    ADD COLUMN source text NOT NULL DEFAULT 'volunteered' CHECK (source IN ('asked', 'volunteered'));

-- `occasion` says of what people were asked: a session of talk, or a handoff.
CREATE TABLE feedback_asked (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    conversation_id uuid NOT NULL,
    occasion text NOT NULL,
    handler text,
    intent text,
    at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation_id, occasion)
);

-- Every answer to the question, `message_id` being where it was given; what counts by now stands with the contact.
CREATE TABLE consents (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id uuid NOT NULL,
    version integer NOT NULL,
    language text NOT NULL,
    given boolean NOT NULL,
    message_id uuid,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX consents_contact ON consents (contact_id, id);

ALTER TABLE contacts
    ADD COLUMN consent_version integer,
    ADD COLUMN consent_given boolean;
