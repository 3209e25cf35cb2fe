package io.github.doorwarden.systems.marketplace;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is taught. The targets say how the founding programme's hundred places are meant to be spread.
enum Category {
    ARTS("arts", "Arts", 17, 12, List.of("Watercolor", "Drawing", "Pottery", "Photography", "Calligraphy",
            "Oil Painting", "Digital Illustration")),
    LANGUAGE("language", "Language", 17, 11, List.of("Spanish", "French", "Mandarin", "Italian", "Japanese", "German",
            "American Sign Language")),
    MUSIC("music", "Music", 18, 11, List.of("Piano", "Guitar", "Violin", "Voice", "Drums", "Cello", "Ukulele")),
    TUTORING("tutoring", "Tutoring", 20, 11, List.of("Algebra", "SAT Prep", "Chemistry", "Physics", "Reading",
            "Calculus", "Coding for Kids")),
    HIDDEN_GEMS("hidden-gems", "Hidden Gems", 12, 10, List.of("Chess", "Stage Magic", "Beekeeping", "Bread Baking",
            "Juggling", "Birdwatching", "Improv")),
    SPORTS_FITNESS("sports-fitness", "Sports & Fitness", 16, 10, List.of("Yoga", "Swimming", "Tennis", "Boxing",
            "Running", "Rock Climbing", "Strength Training"));

    final String slug;
    final String title;
    final int target;
    /// How many live instructors the data set begins with.
    final int live;
    final List<String> skills;

    Category(String slug, String title, int target, int live, List<String> skills) {
        this.slug = slug;
        this.title = title;
        this.target = target;
        this.live = live;
        this.skills = skills;
    }

    /// By slug or by name, in any case, with `and` for `&`.
    static Optional<Category> named(String said) {
        var plain = plain(said);
        return Arrays.stream(values()).filter(c -> plain(c.slug).equals(plain) || plain(c.title).equals(plain))
                .findFirst();
    }

    static List<String> titles() {
        return Arrays.stream(values()).map(c -> c.title).toList();
    }

    private static String plain(String text) {
        return text.toLowerCase(java.util.Locale.ROOT).replace(" and ", " ").replace("&", " ").replaceAll("[\\s_-]+",
                "-");
    }
}
