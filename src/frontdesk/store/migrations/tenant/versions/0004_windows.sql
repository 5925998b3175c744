-- How long free text may be sent: an advert that opened the conversation gives more time than the last message does.

ALTER TABLE conversations ADD COLUMN free_until timestamptz;

-- Some providers name an edit's version, and not the message, as what the next edit changes (Signal).
CREATE TABLE message_versions (
    channel_id uuid NOT NULL,
    external_id text NOT NULL,
    message_id uuid NOT NULL,
    PRIMARY KEY (channel_id, external_id)
);
