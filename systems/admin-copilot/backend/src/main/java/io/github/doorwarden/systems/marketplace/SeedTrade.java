package io.github.doorwarden.systems.marketplace;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The data set's last 120 days of searching and booking.
final class SeedTrade {

    static final int DAYS = 120;
    private static final int SEARCHES = 3_600;
    private static final int STUDENTS = 420;

    /// What students look for: how often, out of a hundred who searched how many booked (none where nothing was found),
    /// and the category that would answer.
    private record Wish(String query, int weight, int converts, boolean found, Category category) {}

    private static final List<Wish> WISHES = List.of(
            new Wish("piano lessons", 30, 14, true, Category.MUSIC), new Wish("spanish tutor", 26, 13, true,
                    Category.LANGUAGE),
            new Wish("guitar for beginners", 24, 12, true, Category.MUSIC), new Wish("sat prep", 23, 16, true,
                    Category.TUTORING),
            new Wish("yoga", 20, 11, true, Category.SPORTS_FITNESS), new Wish("swimming lessons kids", 17, 9, true,
                    Category.SPORTS_FITNESS),
            new Wish("algebra help", 17, 15, true, Category.TUTORING), new Wish("watercolor class", 13, 10, true,
                    Category.ARTS),
            new Wish("violin teacher", 13, 11, true, Category.MUSIC), new Wish("french conversation", 12, 9, true,
                    Category.LANGUAGE),
            new Wish("chess coach", 12, 13, true, Category.HIDDEN_GEMS), new Wish("coding for kids", 12, 8, true,
                    Category.TUTORING),
            new Wish("pottery", 11, 7, true, Category.ARTS), new Wish("voice lessons", 10, 10, true, Category.MUSIC),
            new Wish("japanese lessons", 9, 9, true, Category.LANGUAGE), new Wish("tennis coach", 9, 8, true,
                    Category.SPORTS_FITNESS),
            new Wish("chemistry tutor", 9, 12, true, Category.TUTORING), new Wish("photography basics", 8, 6, true,
                    Category.ARTS),
            new Wish("sign language", 7, 8, true, Category.LANGUAGE), new Wish("bread baking", 6, 9, true,
                    Category.HIDDEN_GEMS),
            new Wish("magic tricks birthday", 4, 5, true, Category.HIDDEN_GEMS), new Wish("drum lessons", 6, 9, true,
                    Category.MUSIC),
            new Wish("pickleball lessons", 11, 0, false, Category.SPORTS_FITNESS), new Wish("korean tutor", 9, 0,
                    false, Category.LANGUAGE),
            new Wish("harp teacher", 5, 0, false, Category.MUSIC), new Wish("organic chemistry", 7, 0, false,
                    Category.TUTORING),
            new Wish("sewing machine class", 6, 0, false, Category.ARTS), new Wish("arabic lessons", 5, 0, false,
                    Category.LANGUAGE),
            new Wish("ap statistics", 6, 0, false, Category.TUTORING), new Wish("saxophone", 4, 0, false,
                    Category.MUSIC),
            new Wish("fencing", 4, 0, false, Category.SPORTS_FITNESS), new Wish("dog training", 5, 0, false,
                    Category.HIDDEN_GEMS),
            new Wish("glass blowing", 2, 0, false, Category.ARTS), new Wish("mushroom foraging", 2, 0, false,
                    Category.HIDDEN_GEMS));

    private final Database.Session db;
    private final Instant now;
    private final Random random;
    private final List<String> live;
    private final List<Integer> prices;
    private final List<Object[]> searches = new ArrayList<>();
    private final List<Object[]> bookings = new ArrayList<>();

    SeedTrade(Database.Session db, Instant now, Random random, List<String> live, List<Integer> prices) {
        this.db = db;
        this.now = now;
        this.random = random;
        this.live = live;
        this.prices = prices;
    }

    void plant() throws SQLException {
        var weights = WISHES.stream().mapToInt(Wish::weight).sum();
        for (var i = 1; i <= SEARCHES; i++) {
            search(i, pick(random.nextInt(weights)));
        }
        for (var i = 0; i < 210; i++) {
            book(null, "stu_" + random.nextInt(STUDENTS), moment());       // those who come back need no search
        }
        db.insertAll("INSERT INTO search VALUES (?, ?, ?, ?, ?, ?)", searches);
        db.insertAll(
                "INSERT INTO booking (search, student, booked_at, instructor, lesson_at, price_cents, fee_cents, "
                + "status) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", bookings);
    }

    private void search(int id, Wish wish) {
        var at = moment();
        var student = "stu_" + random.nextInt(STUDENTS);
        var results = wish.found ? 1 + random.nextInt(9) : 0;
        searches.add(new Object[] {id, wish.query, at, results, student, wish.category.slug});
        if (random.nextInt(100) < wish.converts) {
            book(id, student, at.plus(Duration.ofMinutes(4 + random.nextInt(50))));
        }
    }

    private void book(Integer search, String student, Instant at) {
        var instructor = random.nextInt(live.size());
        var price = prices.get(instructor) * (random.nextInt(4) == 0 ? 2 : 1);
        var lesson = at.plus(Duration.ofHours(20 + random.nextInt(200)));
        var status = random.nextInt(12) == 0 ? "cancelled" : lesson.isAfter(now) ? "upcoming" : "completed";
        bookings.add(new Object[] {search, student, at, live.get(instructor), lesson, price, price * 15 / 100, status});
    }

    /// A moment of the last 120 days but not of the last hour; a growing marketplace, so recent ones are likelier.
    private Instant moment() {
        var back = Math.pow(random.nextDouble(), 1.3) * DAYS * 86_400;
        return now.minusSeconds(3_600 + (long) back);
    }

    private static Wish pick(int point) {
        for (var wish : WISHES) {
            point -= wish.weight;
            if (point < 0) {
                return wish;
            }
        }
        throw new IllegalStateException("The weights do not add up.");
    }
}
