-- Rows stand in the primary database only, whichever database their tenant lives in. They repeat what the tenants' own
-- tables of channels say, so that nobody has to look through all tenants. A row may name a channel that is gone.

-- Whose an account of a provider's is: several channels of one app share a webhook.
CREATE TABLE frontdesk.accounts (
    kind text NOT NULL,
    account text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    channel_id uuid NOT NULL UNIQUE,
    PRIMARY KEY (kind, account, tenant, channel_id)
);

-- Channels whose provider can't push: a worker connects to it, or asks it again and again.
CREATE TABLE frontdesk.listened (
    channel_id uuid PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    kind text NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON frontdesk.accounts, frontdesk.listened TO frontdesk_app;
