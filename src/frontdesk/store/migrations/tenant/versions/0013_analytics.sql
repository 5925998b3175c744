-- Counting goes by this number, and not by time: a number that was drawn becomes visible late, or never, but then the
-- transaction that drew it had its own id before (CASE keeps the order), and whether that one is over can be asked.
CREATE SEQUENCE turn_number;
GRANT SELECT ON SEQUENCE turn_number TO frontdesk_app; -- one look says which tenants have something new
ALTER TABLE turns ADD COLUMN number bigint NOT NULL
    DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('turn_number') END;
CREATE INDEX turns_number ON turns (number);

-- One row for everything of the day (dimension 'all') and one for each name; names of rules, intents and the like, nobody's.
CREATE TABLE routing_tallies (
    day date NOT NULL, -- in the tenant's time zone, as it was when this was counted
    dimension text NOT NULL CHECK (dimension IN ('all', 'rule', 'route', 'handler', 'intent', 'channel', 'language')),
    name text COLLATE "C" NOT NULL,
    turns bigint NOT NULL,
    contained bigint NOT NULL,
    fallback bigint NOT NULL,
    escalated bigint NOT NULL,
    person bigint NOT NULL,
    silent bigint NOT NULL,
    microseconds bigint NOT NULL,
    buckets bigint[] NOT NULL, -- how many turns took how long, by the bounds of core/analytics.py
    PRIMARY KEY (day, dimension, name)
) WITH (fillfactor = 70);

-- Turns up to `number` are in the tallies; those up to `closing` are next, once no transaction older than `fence` runs.
CREATE TABLE routing_counted (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    number bigint NOT NULL DEFAULT 0,
    closing bigint NOT NULL DEFAULT 0 CHECK (closing >= number),
    fence xid8 NOT NULL DEFAULT '0',
    closing_at timestamptz, -- what was stored before has a number up to `closing`
    counted_at timestamptz  -- the same of `number`
) WITH (fillfactor = 50);
INSERT INTO routing_counted DEFAULT VALUES;
