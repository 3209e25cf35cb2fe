-- Times are whole seconds since the epoch, money is whole cents of US dollars.
CREATE TABLE category (
    slug     TEXT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    target   INTEGER NOT NULL                 -- live instructors wanted when the founding programme is complete; together 100
) STRICT;

CREATE TABLE instructor (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    email           TEXT NOT NULL UNIQUE COLLATE NOCASE,
    status          TEXT NOT NULL CHECK (status IN ('onboarding', 'live', 'paused', 'withdrawn')),
    stage           TEXT NOT NULL CHECK (stage IN ('signed_up', 'profile_completed', 'background_check_passed', 'payments_connected', 'live')),
    stage_since     INTEGER NOT NULL,
    is_founding     INTEGER NOT NULL,
    category        TEXT NOT NULL REFERENCES category (slug),
    skills          TEXT NOT NULL,            -- comma separated
    neighborhood    TEXT NOT NULL,
    headline        TEXT NOT NULL,
    bio             TEXT NOT NULL,
    hourly_cents    INTEGER NOT NULL,
    years           INTEGER NOT NULL,
    rating          REAL,
    reviews         INTEGER NOT NULL,
    signed_up_at    INTEGER NOT NULL,
    live_at         INTEGER
) STRICT;
CREATE INDEX instructor_by_name ON instructor (name COLLATE NOCASE, id);

CREATE TABLE invitation (
    id           TEXT PRIMARY KEY,            -- unguessable: it is the secret in the recipient's link
    batch        TEXT,                        -- null for those sent before this service existed
    email        TEXT NOT NULL COLLATE NOCASE,
    founding     INTEGER NOT NULL,
    invited_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    accepted_by  TEXT REFERENCES instructor (id),
    delivery     TEXT NOT NULL CHECK (delivery IN ('pending', 'sending', 'sent', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER,
    error        TEXT
) STRICT;
CREATE INDEX invitation_by_email ON invitation (email, invited_at);
CREATE INDEX invitation_by_batch ON invitation (batch);
CREATE INDEX invitation_due ON invitation (next_attempt) WHERE delivery IN ('pending', 'sending');

-- A previewed batch, waiting for its one sending. Only the hash of the confirmation is kept.
CREATE TABLE preview (
    confirmation_hash TEXT PRIMARY KEY,
    batch             TEXT NOT NULL UNIQUE,
    digest            TEXT NOT NULL,
    binding           TEXT NOT NULL,
    content           TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    used_at           INTEGER
) STRICT;

CREATE TABLE search (
    id               INTEGER PRIMARY KEY,
    query            TEXT NOT NULL,
    at               INTEGER NOT NULL,
    results          INTEGER NOT NULL,
    student          TEXT NOT NULL,
    nearest_category TEXT REFERENCES category (slug)
) STRICT;
CREATE INDEX search_by_time ON search (at);

CREATE TABLE booking (
    id          INTEGER PRIMARY KEY,
    instructor  TEXT NOT NULL REFERENCES instructor (id),
    student     TEXT NOT NULL,
    search      INTEGER UNIQUE REFERENCES search (id),
    booked_at   INTEGER NOT NULL,
    lesson_at   INTEGER NOT NULL,
    price_cents INTEGER NOT NULL,
    fee_cents   INTEGER NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('upcoming', 'completed', 'cancelled'))
) STRICT;
CREATE INDEX booking_by_instructor ON booking (instructor);
CREATE INDEX booking_by_time ON booking (booked_at);

CREATE TABLE audit (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    at_millis      INTEGER NOT NULL,
    principal_type TEXT NOT NULL,             -- user, service, or none when nobody was proven
    principal_id   TEXT NOT NULL CHECK (length(principal_id) <= 64),
    on_behalf_of   TEXT CHECK (length(on_behalf_of) <= 64),
    method         TEXT NOT NULL,
    path_template  TEXT NOT NULL,
    status         INTEGER NOT NULL
) STRICT;
