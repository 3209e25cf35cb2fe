package io.github.doorwarden.systems.marketplace;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.doorwarden.systems.backend.Digests;
import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// The instructors as a list and as the coverage of categories.
final class Instructors {

    record Item(String id, String name, String email, String status, String stage, boolean isFounding, String category,
            List<String> skills,
            String neighborhood, java.math.BigDecimal hourlyRateUsd, Double rating, int reviews, Instant signedUpAt,
            Instant liveAt) {

        static Item of(ResultSet row) throws SQLException {
            var rating = row.getDouble("rating");
            return new Item(row.getString("id"), row.getString("name"), row.getString("email"),
                    row.getString("status"), row.getString("stage"),
                    row.getBoolean("is_founding"), row.getString("category_name"), List.of(row.getString("skills")
                    .split(",")),
                    row.getString("neighborhood"), Rates.dollars(row.getLong("hourly_cents")),
                    row.getInt("reviews") == 0 ? null : rating,
                    row.getInt("reviews"), Database.time(row, "signed_up_at"), Database.time(row, "live_at"));
        }
    }

    record Page(int total, List<Item> items, String nextCursor) {}

    record Coverage(String category, String slug, int live, int onboarding, int target, int gap,
            @JsonProperty("searches_last_30_days") int searches,
            @JsonProperty("zero_result_searches_last_30_days") int unanswered, boolean needsMore) {}

    record CoverageList(Instant asOf, int totalLive, List<Coverage> items, List<String> mostNeeded) {}

    static final List<String> STATUSES = List.of("onboarding", "live", "paused", "withdrawn");
    static final String FROM =
            "SELECT i.*, c.name AS category_name FROM instructor i JOIN category c ON c.slug = i.category ";
    private static final Pattern CURSOR = Pattern.compile("1\n([0-9a-f]{8})\n([^\n]{1,200})\n(ins_[0-9a-z]{1,40})");

    private final Database database;
    private final InstantSource clock;

    Instructors(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Ordered by name. A page goes on after the last person of the one before, so nobody is seen twice whatever
    /// happens in between.
    Page list(Params params) {
        var status = params.oneOf("status", STATUSES).orElse(null);
        var category = params.text("category").map(Instructors::category).orElse(null);
        var founding = params.flag("is_founding").map(flag -> flag ? 1 : 0).orElse(null);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        var filters = Digests.sha256(status + "\n" + category + "\n" + founding).substring(0, 8);
        var after = params.text("cursor").map(cursor -> after(cursor, filters)).orElse(new String[] {"", ""});
        var where = "WHERE (? IS NULL OR i.status = ?) AND (? IS NULL OR i.category = ?) AND (? IS NULL OR "
                + "i.is_founding = ?) ";
        return database.read(db -> {
            var total = db.number("SELECT count(*) FROM instructor i " + where, status, status, category, category,
                    founding, founding);
            var items = db.query(FROM + where
                    + "AND (i.name COLLATE NOCASE, i.id) > (?, ?) ORDER BY i.name COLLATE NOCASE, i.id LIMIT ?",
                    Item::of,
                    status, status, category, category, founding, founding, after[0], after[1], limit + 1);
            if (items.size() <= limit) {
                return new Page((int) total, items, null);
            }
            var page = items.subList(0, limit);
            var last = page.getLast();
            var cursor = "1\n" + filters + "\n" + last.name + "\n" + last.id;
            return new Page((int) total, page, Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(cursor.getBytes(StandardCharsets.UTF_8)));
        });
    }

    private static String category(String said) {
        return Category.named(said).map(c -> c.slug).orElseThrow(() -> Problem.invalid("There is no category "
                + Problem.quote(said)
                + ". The categories are " + String.join(", ", Category.titles()) + "."));
    }

    private static String[] after(String cursor, String filters) {
        try {
            var match = CURSOR.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
            if (match.matches()) {
                if (!match.group(1).equals(filters)) {
                    throw Problem.invalid(
                            "This cursor belongs to a list with other filters. Repeat the filters of the first page, "
                            + "or start "
                            + "again without a cursor.");
                }
                return new String[] {match.group(2), match.group(3)};
            }
        } catch (IllegalArgumentException notBase64) {
            // falls through to the same refusal
        }
        throw Problem.invalid(
                "The cursor cannot be read. Pass next_cursor of the page before as it is, or start again without a "
                + "cursor.");
    }

    CoverageList coverage() {
        var now = clock.instant();
        var month = now.minus(Duration.ofDays(30));
        return database.read(db -> {
            var items = db.query("""
                    SELECT c.*,
                      (SELECT count(*) FROM instructor i WHERE i.category = c.slug AND i.status = 'live') AS live,
                      (SELECT count(*) FROM instructor i WHERE i.category = c.slug AND i.status = 'onboarding') AS
                        onboarding,
                      (SELECT count(*) FROM search s WHERE s.nearest_category = c.slug AND s.at > ?) AS searches,
                      (SELECT count(*) FROM search s WHERE s.nearest_category = c.slug AND s.at > ? AND s.results = 0)
                        AS unanswered
                    FROM category c ORDER BY c.position""", row -> {
                        var live = row.getInt("live");
                        var target = row.getInt("target");
                        return new Coverage(row.getString("name"), row.getString("slug"), live,
                                row.getInt("onboarding"), target,
                                Math.max(0, target - live), row.getInt("searches"), row.getInt("unanswered"),
                                live + row.getInt("onboarding") < target);
                    }, month, month);
            var needed = items.stream().filter(Coverage::needsMore)
                    .sorted(Comparator.comparingInt((Coverage c) -> c.target - c.live - c.onboarding).reversed())
                    .map(Coverage::category).toList();
            return new CoverageList(now, items.stream().mapToInt(Coverage::live).sum(), items, needed);
        });
    }
}
