-- Platform tables. Every database has them; the rows of tenants, keys and audit stand in the primary one only.
-- Roles: frontdesk_app logs in and owns nothing; every tenant's role is a member of frontdesk_tenant.

GRANT USAGE ON SCHEMA frontdesk TO frontdesk_app, frontdesk_tenant;

CREATE TABLE frontdesk.tenants (
    code text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    name text NOT NULL,
    database text NOT NULL DEFAULT 'primary',
    status text NOT NULL DEFAULT 'creating' CHECK (status IN ('creating', 'active', 'suspended', 'deleted')),
    settings jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE frontdesk.api_keys (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    tenant text COLLATE "C" REFERENCES frontdesk.tenants,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

CREATE TABLE frontdesk.audit (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    tenant text COLLATE "C",
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);

-- The queue. A row is leased while due_at lies ahead and leased_by names a worker.
CREATE TABLE frontdesk.work (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    lane smallint NOT NULL DEFAULT 0 CHECK (lane BETWEEN 0 AND 2),
    group_key text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    leased_by text,
    in_doubt boolean NOT NULL DEFAULT false,
    payload text NOT NULL,
    traceparent text,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0.2,
    autovacuum_analyze_scale_factor = 0.5,
    autovacuum_vacuum_cost_delay = 0
);
-- One index serves the loose scan (heads of conversations), the sweep (tenants with work) and the depth figures.
CREATE INDEX work_heads ON frontdesk.work (tenant, lane, group_key, id);

-- What waits for its time; the sweep moves it into work when due, so that nothing delayed stands at the head of a group.
CREATE TABLE frontdesk.scheduled (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    lane smallint NOT NULL DEFAULT 1 CHECK (lane BETWEEN 0 AND 2),
    group_key text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    due_at timestamptz NOT NULL,
    payload text NOT NULL,
    traceparent text
);
CREATE INDEX scheduled_due ON frontdesk.scheduled (due_at, id);

ALTER TABLE frontdesk.work ENABLE ROW LEVEL SECURITY;
ALTER TABLE frontdesk.scheduled ENABLE ROW LEVEL SECURITY;
CREATE POLICY work_of_all ON frontdesk.work TO frontdesk_app USING (true) WITH CHECK (true);
CREATE POLICY work_of_one ON frontdesk.work TO frontdesk_tenant
    USING (tenant = substr(current_user, 8)) WITH CHECK (tenant = substr(current_user, 8));
CREATE POLICY scheduled_of_all ON frontdesk.scheduled TO frontdesk_app USING (true) WITH CHECK (true);
CREATE POLICY scheduled_of_one ON frontdesk.scheduled TO frontdesk_tenant
    USING (tenant = substr(current_user, 8)) WITH CHECK (tenant = substr(current_user, 8));

GRANT SELECT, INSERT, UPDATE, DELETE ON frontdesk.work, frontdesk.scheduled TO frontdesk_app, frontdesk_tenant;
GRANT SELECT, INSERT, UPDATE ON frontdesk.tenants, frontdesk.api_keys TO frontdesk_app;
GRANT SELECT, INSERT ON frontdesk.audit TO frontdesk_app;
