package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The founding programme: its hundred slots and the way of its people from invitation to going live.
final class Founding {

    /// How the slots stand. A founding instructor who goes live takes one; those on their way and open invitations
    /// reserve one each.
    record Slots(int total, int used, int remaining, int inOnboarding, int openInvitations, int availableToInvite) {

        static Slots count(Database.Session db, Instant now) throws SQLException {
            var used = (int) db.number(
                    "SELECT count(*) FROM instructor WHERE is_founding = 1 AND stage = 'live' AND status <> "
                    + "'withdrawn'");
            var coming = (int) db.number(
                    "SELECT count(*) FROM instructor WHERE is_founding = 1 AND status = 'onboarding'");
            var open = (int) db.number(
                    "SELECT count(DISTINCT email) FROM invitation WHERE founding = 1 AND accepted_by IS NULL "
                    + "AND expires_at > ? AND delivery <> 'failed'", now);
            var remaining = Math.max(0, Limits.FOUNDING_SLOTS - used);
            return new Slots(Limits.FOUNDING_SLOTS, used, remaining, coming, open,
                    Math.max(0, remaining - coming - open));
        }
    }

    record StageCount(String stage, String title, int reached, int thereNow) {}

    record Conversion(String from, String to, Double rate) {}

    record Summary(Instant asOf, Slots foundingSlots, List<StageCount> stages, List<Conversion> conversions,
            Double invitedToLiveRate,
            Integer medianDaysInvitedToLive, int withdrawn) {}

    record Stuck(String id, String name, String email, String stage, String waitsFor, Instant stageSince,
            int daysStuck, boolean isFounding,
            String category) {}

    record StageTally(String stage, String title, int count) {}

    record StuckList(Instant asOf, int days, int total, List<StageTally> byStage, List<Stuck> items) {}

    static final List<String> ONBOARDING = Arrays.stream(Stage.values()).filter(s -> s != Stage.LIVE).map(s -> s.code)
            .toList();

    private final Database database;
    private final InstantSource clock;

    Founding(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    Summary summary() {
        var now = clock.instant();
        return database.read(db -> {
            var stages = stages(db);
            var conversions = new ArrayList<Conversion>();
            for (var i = 1; i < stages.size(); i++) {
                var from = stages.get(i - 1);
                var to = stages.get(i);
                conversions.add(new Conversion(from.stage, to.stage, Rates.of(to.reached, from.reached)));
            }
            var withdrawn = (int) db.number(
                    "SELECT count(*) FROM instructor WHERE is_founding = 1 AND status = 'withdrawn'");
            return new Summary(now, Slots.count(db, now), stages, conversions, Rates.of(stages.getLast().reached,
                    stages.getFirst().reached),
                    medianDays(db), withdrawn);
        });
    }

    /// Who reached a stage also reached all before it, so the counts fall from the top.
    private static List<StageCount> stages(Database.Session db) throws SQLException {
        var invited = (int) db.number(
                "SELECT count(DISTINCT email) FROM invitation WHERE founding = 1 AND delivery = 'sent'");
        var waiting = (int) db.number(
                "SELECT count(DISTINCT email) FROM invitation WHERE founding = 1 AND delivery = 'sent' AND "
                + "accepted_by IS NULL");
        var counts = new ArrayList<StageCount>(List.of(new StageCount("invited", "Invited", invited, waiting)));
        for (var stage : Stage.values()) {
            var further = Stream.of(Stage.values()).skip(stage.ordinal()).map(s -> "'" + s.code + "'").toList();
            var reached = (int) db.number("SELECT count(*) FROM instructor WHERE is_founding = 1 AND stage IN ("
                    + String.join(",", further) + ")");
            var there = (int) db.number(
                    "SELECT count(*) FROM instructor WHERE is_founding = 1 AND stage = ? AND status IN "
                    + "('onboarding', 'live')",
                    stage.code);
            counts.add(new StageCount(stage.code, stage.title, reached, there));
        }
        return counts;
    }

    private static Integer medianDays(Database.Session db) throws SQLException {
        var seconds =
                db.query("SELECT i.live_at - v.invited_at AS s FROM instructor i JOIN invitation v ON v.accepted_by "
                        + "= i.id "
                + "WHERE i.is_founding = 1 AND i.live_at IS NOT NULL ORDER BY s", row -> row.getLong(1));
        return seconds.isEmpty() ? null : (int) Math.round(seconds.get(seconds.size() / 2) / 86_400.0);
    }

    StuckList stuck(Params params) {
        var days = params.number("days", 1, Limits.STUCK_DAYS, Limits.STUCK_DAYS_DEFAULT);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        var stage = params.oneOf("stage", ONBOARDING);
        var now = clock.instant();
        var all = database.read(db ->
                db.query("SELECT i.*, c.name AS category_name FROM instructor i JOIN category c ON c.slug = i.category "
                + "WHERE i.status = 'onboarding' AND i.stage_since <= ? AND (? IS NULL OR i.stage = ?) ORDER BY "
                + "i.stage_since, i.id",
                row -> {
                    var since = Database.time(row, "stage_since");
                    return new Stuck(row.getString("id"), row.getString("name"), row.getString("email"),
                            row.getString("stage"),
                            Stage.of(row.getString("stage")).waitsFor, since, (int) Duration.between(since, now)
                            .toDays(),
                            row.getBoolean("is_founding"), row.getString("category_name"));
                }, now.minus(Duration.ofDays(days)), stage.orElse(null), stage.orElse(null)));
        var tally = Stream.of(Stage.values()).map(s -> new StageTally(s.code, s.title,
                (int) all.stream().filter(p -> p.stage.equals(s.code)).count())).filter(t -> t.count > 0).toList();
        return new StuckList(now, days, all.size(), tally, all.stream().limit(limit).toList());
    }
}
