package io.github.doorwarden.systems.marketplace;

import java.time.Duration;

/// Every bound of the marketplace, each with the reason for its number.
final class Limits {

    /// A batch of 100 addresses of 254 characters with a note is below 30 KB; anything far above is a mistake or an
    /// attack.
    static final int BODY_BYTES = 64 * 1024;
    /// The longest query that the routes can make sense of is far shorter.
    static final int QUERY_CHARS = 2_048;
    /// The longest name or e-mail address that identifies a person; RFC 5321 allows 254 for the address.
    static final int IDENTIFIER_CHARS = 254;
    static final int EMAIL_CHARS = 254;
    /// What the audit table keeps of a principal's id, and the longest `X-On-Behalf-Of`.
    static final int PRINCIPAL_CHARS = 64;
    /// Signed tokens of real providers stay below 4 KB.
    static final int TOKEN_CHARS = 8_192;

    static final int PAGE_ITEMS = 100;
    static final int PAGE_ITEMS_DEFAULT = 25;
    static final int TOP_QUERIES_DEFAULT = 10;
    /// A window of searches: a year, so that a season can be compared with the last one.
    static final int WINDOW_DAYS = 366;
    static final int WINDOW_DAYS_DEFAULT = 30;
    static final int STUCK_DAYS = 365;
    static final int STUCK_DAYS_DEFAULT = 7;
    /// More candidates than this do not help a person to choose; the answer says how many there are.
    static final int CANDIDATES = 10;

    /// The founding programme ends with its hundredth instructor, so no batch can sensibly be larger.
    static final int FOUNDING_SLOTS = 100;
    static final int BATCH_RECIPIENTS = 100;
    static final int NOTE_CHARS = 500;
    static final int INVITE_DAYS = 60;
    static final int INVITE_DAYS_DEFAULT = 14;
    /// Nobody is invited again within a month: more looks like spam to people and to mail filters.
    static final Duration INVITED_RECENTLY = Duration.ofDays(30);
    /// Long enough to read a preview, short enough that the world it shows is still the same.
    static final Duration CONFIRMATION_LIFE = Duration.ofMinutes(10);
    /// Previews that were never sent are forgotten after a day, so that the table stays small; sent ones are kept for
    /// good.
    static final Duration FORGET_PREVIEWS_AFTER = Duration.ofDays(1);
    /// How many unsent previews one principal may hold at a time.
    static final int OPEN_PREVIEWS = 200;

    /// Below the 60 s that the caller of a slow operation waits.
    static final Duration SEND_WAIT = Duration.ofSeconds(25);
    static final Duration SMTP_TIMEOUT = Duration.ofSeconds(10);
    /// Attempts at one recipient before it is given up: with doubling pauses they cover about 17 hours of a dead mail
    /// server.
    static final int DELIVERY_ATTEMPTS = 12;
    static final Duration RETRY_FIRST = Duration.ofSeconds(30);

    /// Jobs that are done are of interest for a week; failed ones are kept.
    static final Duration FORGET_JOBS_AFTER = Duration.ofDays(7);

    /// A reason is a sentence or two that somebody reads in a year.
    static final int REASON_CHARS = 300;
    /// A long answer to a ticket; what is longer belongs into a document.
    static final int REPLY_CHARS = 4_000;
    /// Long enough to read an answer and agree to it, short enough that the ticket is still the same.
    static final Duration DRAFT_LIFE = Duration.ofHours(1);
    /// How many people a search shows; more do not help to find one.
    static final int USERS_FOUND = 20;
    /// Statuses × routes × methods are a few hundred at most; this holds whatever happens.
    static final int SERIES = 2_000;

    private Limits() {}
}
