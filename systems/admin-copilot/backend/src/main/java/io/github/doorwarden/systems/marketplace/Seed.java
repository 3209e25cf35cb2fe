package io.github.doorwarden.systems.marketplace;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// The marketplace on its first day with us: made from one seed, so two fresh databases of the same moment are the
/// same. Everything is told relative to that moment, and nobody in it is real.
final class Seed {

    private static final long NUMBER = 20_260_401;
    private static final List<String> GIVEN = List.of("Amara", "Ben", "Camila", "Dmitri", "Elena", "Farid", "Grace",
            "Hiro", "Isabel", "Jonas",
            "Keiko", "Liam", "Maya", "Nadia", "Oscar", "Priya", "Quentin", "Rosa", "Samir", "Tessa", "Uma", "Victor",
            "Wen", "Ximena", "Yusuf", "Zoe");
    private static final List<String> FAMILY = List.of("Adeyemi", "Brooks", "Castillo", "Delgado", "Ekström",
            "Fontaine", "Goldberg", "Haddad",
            "Ivanova", "Jackson", "Kowalski", "Lindqvist", "Moreau", "Nakamura", "O'Connor", "Petrov", "Quispe",
            "Rossi", "Schneider",
            "Thompson", "Ueda", "Vasquez", "Whitfield", "Xu", "Yamamoto", "Zimmermann");
    private static final List<String> PLACES = List.of("Astoria", "Bushwick", "Chelsea", "East Village",
            "Forest Hills", "Greenpoint", "Harlem",
            "Inwood", "Jackson Heights", "Park Slope", "Riverdale", "Upper West Side", "Williamsburg");
    private static final List<String> DOMAINS = List.of("example.com", "example.org", "example.net");

    private final Database.Session db;
    private final Instant now;
    private final Random random = new Random(NUMBER);
    private final List<String> live = new ArrayList<>();
    private final List<Integer> prices = new ArrayList<>();
    private int people;

    private Seed(Database.Session db, Instant now) {
        this.db = db;
        this.now = now.truncatedTo(ChronoUnit.HOURS);
    }

    /// Fills empty tables, inside the caller's transaction.
    static void plant(Database.Session db, Instant now) throws SQLException {
        var seed = new Seed(db, now);
        seed.categories();
        seed.instructors();
        seed.invitations();
        new SeedTrade(db, seed.now, seed.random, List.copyOf(seed.live), List.copyOf(seed.prices)).plant();
    }

    private void categories() throws SQLException {
        for (var category : Category.values()) {
            db.update("INSERT INTO category VALUES (?, ?, ?, ?)", category.slug, category.title, category.ordinal(),
                    category.target);
        }
    }

    /// 65 live founding instructors, 14 founding and 9 other people on their way, 4 paused, 8 who gave up.
    private void instructors() throws SQLException {
        for (var category : Category.values()) {
            for (var i = 0; i < category.live; i++) {
                live.add(person(category, "live", Stage.LIVE, 2 + random.nextInt(110), true));
            }
        }
        // Days at the present stage: some fresh, most of them stuck, one forgotten for two months.
        int[] days = {1, 2, 3, 5, 8, 9, 11, 12, 15, 16, 19, 23, 31, 64, 0, 4, 6, 7, 10, 14, 18, 27, 45};
        var steps = Stage.values();
        for (var i = 0; i < days.length; i++) {
            person(Category.values()[i % 6], "onboarding", steps[i * 7 % 4], days[i], i < 14);
        }
        for (var i = 0; i < 4; i++) {
            person(Category.values()[i], "paused", Stage.LIVE, 130 + 9 * i, false);
        }
        for (var i = 0; i < 8; i++) {
            person(Category.values()[(i + 2) % 6], "withdrawn", steps[i % 3], 20 + 8 * i, true);
        }
    }

    private String person(Category category, String status, Stage stage, int daysAtStage, boolean founding)
            throws SQLException {
        var number = people++;
        var name = name(number);
        var id = "ins_" + letters(12);
        var email = email(name, number);
        var skill = category.skills.get(number % category.skills.size());
        var second = category.skills.get((number + 2 + random.nextInt(3)) % category.skills.size());
        var skills = skill.equals(second) ? skill : skill + "," + second;
        var place = PLACES.get(random.nextInt(PLACES.size()));
        var price = 3_500 + 500 * random.nextInt(24);
        var years = 1 + random.nextInt(22);
        var since = now.minus(Duration.ofDays(daysAtStage)).minus(Duration.ofHours(1 + random.nextInt(20)));
        var signedUp = since.minus(Duration.ofDays(stage == Stage.SIGNED_UP ? 0 : 3 + random.nextInt(24)));
        var isLive = status.equals("live");
        var reviews = isLive ? random.nextInt(38) : 0;
        var rating = reviews == 0 ? null : (Double) (Math.round((4.2 + random.nextDouble() * 0.8) * 10) / 10.0);
        var headline = skill + " for beginners and those who come back to it";
        var bio = name.substring(0, name.indexOf(' ')) + " has taught " + String.join(" and ", skills.split(","))
                + " for " + years
                + (years == 1 ? " year" : " years") + " and meets students in " + place + ".";
        db.update("INSERT INTO instructor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", id, name,
                email, status, stage.code, since,
                founding ? 1 : 0, category.slug, skills, place, headline, bio, price, years, rating, reviews, signedUp,
                stage == Stage.LIVE ? since : null);
        if (isLive) {
            prices.add(price);
        }
        return id;
    }

    /// Every combination of given and family name comes once, except that two people called Maya Rossi really exist
    /// here: admins must be able to tell them apart.
    private static String name(int number) {
        if (number == 12 || number == 40) {
            return "Maya Rossi";
        }
        var given = GIVEN.get(number % GIVEN.size());
        return given + " " + FAMILY.get((number * 7 + number / GIVEN.size() * 3) % FAMILY.size());
    }

    private static String email(String name, int number) {
        var plain = java.text.Normalizer.normalize(name, java.text.Normalizer.Form.NFD).replaceAll("[^A-Za-z ]", "")
                .toLowerCase(Locale.ROOT);
        return plain.replace(' ', '.') + (number == 40 ? "2" : "") + "@" + DOMAINS.get(number % DOMAINS.size());
    }

    /// Everybody founding came by an invitation; 28 more were never answered and 5 are still open.
    private void invitations() throws SQLException {
        var invited = db.query("SELECT id, email, signed_up_at FROM instructor WHERE is_founding = 1 ORDER BY rowid",
                row -> new Object[] {row.getString(1), row.getString(2), row.getLong(3)});
        var rows = new ArrayList<Object[]>();
        for (var person : invited) {
            var at = (Long) person[2] - 86_400L * (1 + random.nextInt(6)) - 3_600L * random.nextInt(9);
            rows.add(new Object[] {"inv_" + letters(26), person[1], at, at + 14 * 86_400L, person[0]});
        }
        for (var i = 0; i < 33; i++) {
            var at = now.getEpochSecond() - 86_400L * (i < 5 ? 2 + 2 * i : 35 + 2 * i) - 3_600L * random.nextInt(9);
            rows.add(new Object[] {"inv_" + letters(26), "candidate" + (i + 1) + "@" + DOMAINS.get(i % 3), at, at
                    + 14 * 86_400L, null});
        }
        db.insertAll(
                "INSERT INTO invitation (id, email, founding, invited_at, expires_at, accepted_by, delivery) VALUES "
                + "(?, ?, 1, ?, ?, ?, 'sent')", rows);
    }

    private String letters(int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) {
            text.append("0123456789abcdefghjkmnpqrstvwxyz".charAt(random.nextInt(32)));
        }
        return text.toString();
    }
}
