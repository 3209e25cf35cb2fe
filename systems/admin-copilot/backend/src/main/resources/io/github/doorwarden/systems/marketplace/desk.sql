-- What came after the first schema: the job queue, and what bookings, payments and support need. Run once on a database that lacks it,
-- so folders from before go on. Times are whole seconds since the epoch, money is whole cents with its currency beside it.
CREATE TABLE student (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    email     TEXT NOT NULL UNIQUE COLLATE NOCASE,
    joined_at INTEGER NOT NULL
) STRICT;
CREATE INDEX student_by_name ON student (name COLLATE NOCASE, id);

-- Work that goes on without its caller. Done ones are forgotten after a while, failed ones are kept.
CREATE TABLE job (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL CHECK (kind IN ('invitation', 'ticket_reply')),
    subject      TEXT NOT NULL,               -- id of the row that it is about
    batch        TEXT,                        -- those that were asked for together
    state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    created_at   INTEGER NOT NULL,
    next_attempt INTEGER,
    started_at   INTEGER,
    finished_at  INTEGER,
    error        TEXT,
    UNIQUE (kind, subject),
    CHECK ((state = 'queued') = (next_attempt IS NOT NULL)),
    CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX job_due ON job (next_attempt) WHERE state = 'queued';
CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_batch ON job (batch);

CREATE TABLE cancellation (
    booking      INTEGER PRIMARY KEY REFERENCES booking (id),
    cancelled_at INTEGER NOT NULL,
    cancelled_by TEXT NOT NULL,
    reason       TEXT NOT NULL
) STRICT;
CREATE INDEX booking_by_lesson ON booking (lesson_at, id);
CREATE INDEX booking_by_student ON booking (student);
CREATE TRIGGER booking_is_cancelled_once BEFORE UPDATE OF status ON booking
WHEN NEW.status = 'cancelled' AND OLD.status <> 'upcoming'
BEGIN SELECT RAISE(ABORT, 'only an upcoming booking is cancelled'); END;

CREATE TABLE payment (
    id           INTEGER PRIMARY KEY,
    booking      INTEGER NOT NULL UNIQUE REFERENCES booking (id),
    student      TEXT NOT NULL REFERENCES student (id),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    currency     TEXT NOT NULL CHECK (currency = 'USD'),
    method       TEXT NOT NULL,
    paid_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_by_time ON payment (paid_at, id);
CREATE INDEX payment_by_student ON payment (student);

CREATE TABLE refund (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    payment      INTEGER NOT NULL REFERENCES payment (id),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    currency     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    refunded_at  INTEGER NOT NULL,
    refunded_by  TEXT NOT NULL,
    confirmation TEXT UNIQUE                  -- hash of the confirmation that it was made with: one refund each
) STRICT;
CREATE INDEX refund_by_payment ON refund (payment);
CREATE TRIGGER refund_is_never_more_than_was_paid BEFORE INSERT ON refund
WHEN NEW.amount_cents + (SELECT coalesce(sum(amount_cents), 0) FROM refund WHERE payment = NEW.payment)
    > (SELECT amount_cents FROM payment WHERE id = NEW.payment)
    OR NEW.currency <> (SELECT currency FROM payment WHERE id = NEW.payment)
BEGIN SELECT RAISE(ABORT, 'a refund is never more than was paid'); END;
CREATE TRIGGER refund_stays_as_it_is BEFORE UPDATE ON refund BEGIN SELECT RAISE(ABORT, 'a refund is never changed'); END;
CREATE TRIGGER refund_stays BEFORE DELETE ON refund BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END;
CREATE TRIGGER payment_stays_as_it_is BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'a payment is never changed'); END;

-- A previewed refund, waiting for its one making. Only the hash of the confirmation is kept.
CREATE TABLE refund_preview (
    confirmation_hash TEXT PRIMARY KEY,
    binding           TEXT NOT NULL,
    payment           INTEGER NOT NULL REFERENCES payment (id),
    amount_cents      INTEGER NOT NULL CHECK (amount_cents > 0),
    left_cents        INTEGER NOT NULL,       -- what could be refunded when it was previewed
    reason            TEXT NOT NULL,
    expires_at        INTEGER NOT NULL
) STRICT;

CREATE TABLE ticket (
    id         INTEGER PRIMARY KEY,
    student    TEXT NOT NULL REFERENCES student (id),
    subject    TEXT NOT NULL,
    category   TEXT NOT NULL CHECK (category IN ('booking', 'payment', 'account', 'lesson')),
    priority   TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high')),
    status     TEXT NOT NULL CHECK (status IN ('open', 'waiting', 'solved')),
    booking    INTEGER REFERENCES booking (id),
    opened_at  INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_by_update ON ticket (updated_at, id);
CREATE INDEX ticket_by_student ON ticket (student);

CREATE TABLE ticket_message (
    id     INTEGER PRIMARY KEY,
    ticket INTEGER NOT NULL REFERENCES ticket (id),
    at     INTEGER NOT NULL,
    author TEXT NOT NULL CHECK (author IN ('student', 'support')),
    writer TEXT NOT NULL,                     -- id of the student, or of the principal
    text   TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_message_by_ticket ON ticket_message (ticket, id);

-- A written answer that nobody has seen yet. Sent once, by whoever wrote it, while nothing new stands in the ticket.
CREATE TABLE reply_draft (
    id           TEXT PRIMARY KEY,
    ticket       INTEGER NOT NULL REFERENCES ticket (id),
    last_message INTEGER NOT NULL REFERENCES ticket_message (id),
    binding      TEXT NOT NULL,
    text         TEXT NOT NULL,
    solved       INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    message      INTEGER UNIQUE REFERENCES ticket_message (id)
) STRICT;
