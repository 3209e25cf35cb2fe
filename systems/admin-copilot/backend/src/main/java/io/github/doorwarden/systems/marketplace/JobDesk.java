package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What admins see of the job queue, and their one lever: to try a failed job again.
final class JobDesk {

    static final List<String> KINDS = List.of("invitation", "ticket_reply");

    record Item(String id, String kind, String about, String state, int attempts, Instant createdAt, Instant startedAt,
            Instant nextAttemptAt, Instant finishedAt, String error) {

        static Item of(ResultSet row) throws SQLException {
            var kind = row.getString("kind");
            // the id of an invitation is the secret in its link: nobody but its recipient sees it
            var about = kind.equals("invitation") ? row.getString("batch")
                    : Ids.TICKET.of(row.getLong("ticket"));
            return new Item(Ids.JOB.of(row.getLong("id")), kind, about, row.getString("state"),
                    row.getInt("attempts"), Database.time(row, "created_at"), Database.time(row, "started_at"),
                    Database.time(row, "next_attempt"), Database.time(row, "finished_at"), row.getString("error"));
        }
    }

    record Count(String kind, int queued, int running, int failed, int doneLastDay) {}

    record Depth(Instant asOf, int queued, int dueNow, int running, int failed, Integer oldestQueuedSeconds,
            List<Count> kinds) {}

    record JobList(Instant asOf, int total, List<Item> items) {}

    record JobPage(Instant asOf, int total, List<Item> items, String nextCursor) {}

    record Retried(Item job, String nextStep) {}

    private static final String FROM = "SELECT j.*, m.ticket FROM job j LEFT JOIN ticket_message m ON j.kind = "
            + "'ticket_reply' AND m.id = CAST(j.subject AS INTEGER) ";

    private final Database database;
    private final Jobs jobs;
    private final InstantSource clock;

    JobDesk(Database database, Jobs jobs, InstantSource clock) {
        this.database = database;
        this.jobs = jobs;
        this.clock = clock;
    }

    Depth depth() {
        var now = clock.instant();
        return database.read(db -> {
            var kinds = Arrays.asList(new Count[KINDS.size()]);
            for (var i = 0; i < kinds.size(); i++) {
                var kind = KINDS.get(i);
                kinds.set(i, new Count(kind, count(db, kind, "queued"), count(db, kind, "running"),
                        count(db, kind, "failed"), (int) db.number("SELECT count(*) FROM job WHERE kind = ? AND state "
                        + "= 'done' AND finished_at > ?", kind, now.minus(Duration.ofDays(1)))));
            }
            var oldest = db.first("SELECT min(created_at) AS at FROM job WHERE state = 'queued'",
                    row -> java.util.Optional.ofNullable(Database.time(row, "at"))).flatMap(at -> at);
            return new Depth(now, kinds.stream().mapToInt(Count::queued).sum(),
                    (int) db.number("SELECT count(*) FROM job WHERE state = 'queued' AND next_attempt <= ?", now),
                    kinds.stream().mapToInt(Count::running).sum(), kinds.stream().mapToInt(Count::failed).sum(),
                    oldest.map(at -> (int) Duration.between(at, now).toSeconds()).orElse(null), kinds);
        });
    }

    private static int count(Database.Session db, String kind, String state) throws SQLException {
        return (int) db.number("SELECT count(*) FROM job WHERE kind = ? AND state = ?", kind, state);
    }

    /// What runs at this moment and what waits for its next attempt after a failed one; few, for there is one worker.
    JobList running(Params params) {
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        var which = "WHERE j.state = 'running' OR j.state = 'queued' ";
        return database.read(db -> new JobList(clock.instant(), (int) db.number("SELECT count(*) FROM job j " + which),
                db.query(FROM + which + "ORDER BY j.state DESC, j.next_attempt, j.id LIMIT ?", Item::of, limit)));
    }

    JobPage failed(Params params) {
        var kind = params.oneOf("kind", KINDS).orElse(null);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        var place = Place.of(params, "failed", kind);
        var which = "WHERE j.state = 'failed' AND (? IS NULL OR j.kind = ?) ";
        return database.read(db -> {
            var total = (int) db.number("SELECT count(*) FROM job j " + which, kind, kind);
            var items = db.query(FROM + which + "AND (j.finished_at, j.id) < (?, ?) ORDER BY j.finished_at DESC, j.id "
                    + "DESC LIMIT ?", Item::of, kind, kind, place.time(), place.id(), limit + 1);
            var more = items.size() > limit;
            var page = more ? items.subList(0, limit) : items;
            return new JobPage(clock.instant(), total, page, more ? new Place(page.getLast().finishedAt
                    .getEpochSecond(), Ids.JOB.number(page.getLast().id)).cursor("failed", kind) : null);
        });
    }

    /// From the beginning, with all its attempts before it; waits for the first of them.
    Retried retry(String id, JsonNode body) {
        Batch.refuseUnknown(body, java.util.Set.of());
        var number = Ids.JOB.number(id);
        var now = clock.instant();
        database.write(db -> {
            var job = db.first("SELECT kind, subject, state FROM job WHERE id = ?", row -> new String[] {
                row.getString(1), row.getString(2), row.getString(3)}, number).orElseThrow(() -> Problem.notFound(
                "no_such_job", "There is no job " + id + ". GET jobs/failed lists those that can be tried again."));
            if (!job[2].equals("failed")) {
                throw Problem.conflict("job_not_failed", "The job " + id + " is " + job[2] + ", and only a failed one "
                        + "is tried again. Nothing was changed.");
            }
            jobs.obstacle(db, job[0], job[1], now).ifPresent(why -> {
                throw Problem.conflict("job_overtaken", "The job " + id + " cannot be tried again. " + why);
            });
            jobs.again(db, job[0], job[1], now);
            return null;
        });
        jobs.await(number);
        var job = database.read(db -> db.first(FROM + "WHERE j.id = ?", Item::of, number)).orElseThrow();
        return new Retried(job, switch (job.state) {
            case "done" -> "It succeeded.";
            case "failed" -> "It failed again; error says why.";
            default -> "It is queued and goes on by itself; jobs/failed shows it again if it is given up.";
        });
    }
}
