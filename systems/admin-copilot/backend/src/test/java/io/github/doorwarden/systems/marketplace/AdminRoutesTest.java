package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminRoutesTest {

    private Bed bed;

    @BeforeAll
    void start() throws IOException {
        bed = new Bed();
    }

    @AfterAll
    void stop() throws IOException {
        bed.close();
    }

    private static List<String> texts(JsonNode items, String field) {
        var texts = new ArrayList<String>();
        items.forEach(item -> texts.add(item.path(field).asString()));
        return texts;
    }

    @Test
    void theFunnelFallsAndLeaves35Slots() {
        var summary = bed.get("founding/funnel-summary").body();
        assertEquals(
                "{\"total\":100,\"used\":65,\"remaining\":35,\"in_onboarding\":14,\"open_invitations\":5,\"available_to_invite\":16}",
                summary.path("founding_slots").toString());
        var reached = new ArrayList<Integer>();
        summary.path("stages").forEach(stage -> reached.add(stage.path("reached").asInt()));
        assertEquals(List.of(120, 87, 80, 74, 69, 65), reached);
        assertEquals(0.725, summary.path("conversions").get(0).path("rate").asDouble());
        assertEquals(0.542, summary.path("invited_to_live_rate").asDouble());
    }

    @Test
    void coverageIsThatOfTheMarketplace() {
        var coverage = bed.get("instructors/coverage").body();
        var live = new TreeMap<String, Integer>();
        coverage.path("items").forEach(item -> live.put(item.path("category").asString(), item.path("live").asInt()));
        assertEquals("{Arts=12, Hidden Gems=10, Language=11, Music=11, Sports & Fitness=10, Tutoring=11}",
                live.toString());
        assertEquals(65, coverage.path("total_live").asInt());
        assertEquals("Tutoring", coverage.path("most_needed").get(0).asString());
    }

    @Test
    void stuckMeansAtLeastSoManyDays() {
        var week = bed.get("founding/stuck-instructors").body();
        assertEquals(7, week.path("days").asInt());
        assertEquals(16, week.path("total").asInt());
        week.path("items").forEach(item -> assertTrue(item.path("days_stuck").asInt() >= 7, item.toString()));
        assertEquals(64, week.path("items").get(0).path("days_stuck").asInt());
        assertEquals(1, bed.get("founding/stuck-instructors?days=60").body().path("total").asInt());
        var atStart = bed.get("founding/stuck-instructors?days=1&stage=signed_up").body();
        assertEquals(List.of("signed_up"), texts(atStart.path("by_stage"), "stage"));
        assertEquals(2, bed.get("founding/stuck-instructors?limit=2").body().path("items").size());
    }

    @ParameterizedTest
    @CsvSource({"'',100", "status=live,65", "status=onboarding,23", "status=paused,4", "status=withdrawn,8",
            "is_founding=true,87", "is_founding=false,13",
            "status=live&category=Arts,12", "status=live&category=hidden-gems,10",
            "status=live&category=sports%20and%20fitness,10",
            "status=live&category=Sports+%26+Fitness,10", "status=onboarding&is_founding=true,14", "status=,100"})
    void filtersCount(String query, int total) {
        assertEquals(total, bed.get("instructors?limit=1&" + query).body().path("total").asInt());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 25, 64, 65, 100})
    void pagesShowEverybodyOnceInOrder(int limit) {
        var names = new ArrayList<String>();
        var ids = new HashSet<String>();
        var cursor = "";
        do {
            var page = bed.get("instructors?status=live&limit=" + limit + cursor).body();
            names.addAll(texts(page.path("items"), "name"));
            ids.addAll(texts(page.path("items"), "id"));
            cursor = page.path("next_cursor").isNull() ? null : "&cursor=" + page.path("next_cursor").asString();
        } while (cursor != null);
        assertEquals(65, ids.size());
        assertEquals(names.stream().sorted(String.CASE_INSENSITIVE_ORDER).toList(), names);
    }

    @ParameterizedTest
    @ValueSource(strings = {"instructors?limit=0", "instructors?limit=101", "instructors?limit=ten",
            "instructors?limit=99999999999", "instructors?status=alive",
            "instructors?category=Cooking", "instructors?is_founding=yes", "instructors?cursor=%25%25",
            "instructors?cursor=abcd", "instructors?page=2",
            "instructors?limit=1&limit=2", "founding/stuck-instructors?days=0", "founding/stuck-instructors?days=366",
            "founding/stuck-instructors?stage=live", "founding/funnel-summary?x=1",
            "search/top-queries?start_date=yesterday",
            "search/top-queries?start_date=2026-04-02&end_date=2026-04-01",
            "search/top-queries?start_date=2024-01-01&end_date=2026-04-01",
            "search/zero-results?start_date=-999999999-01-01&end_date=-999999999-01-02",
            "search/zero-results?end_date=-999999999-01-01", "search/zero-results?limit=-1", "instructors/%20"})
    void whatDoesNotFitIsRefusedWithASentence(String path) {
        var answer = bed.get(path);
        assertEquals(422, answer.status());
        assertTrue(answer.detail().length() > 20, answer.detail());
    }

    @Test
    void aCursorBelongsToItsFilters() {
        var cursor = bed.get("instructors?status=live&limit=1").body().path("next_cursor").asString();
        var other = bed.get("instructors?status=paused&cursor=" + cursor);
        assertEquals(422, other.status());
        assertTrue(other.detail().contains("other filters"), other.detail());
    }

    @Test
    void detailIsFoundByIdAddressAndName() {
        var id = bed.get("instructors/amara.adeyemi@example.com").body().path("instructor").path("id").asString();
        for (var identifier : List.of(id, "AMARA.Adeyemi@Example.COM", "Amara%20Adeyemi", "amara%20adeyemi",
                "adeyemi%20AMARA")) {
            var profile = bed.get("instructors/" + identifier);
            assertEquals(200, profile.status(), identifier + profile.detail());
            assertEquals(id, profile.body().path("instructor").path("id").asString());
        }
        assertTrue(bed.get("instructors/amara.jackson@example.com").body().path("waits_for").asString()
                .contains("review"));
    }

    @Test
    void anAmbiguousNameListsTheCandidates() {
        var answer = bed.get("instructors/maya%20rossi");
        assertEquals(409, answer.status());
        assertEquals(List.of("maya.rossi@example.com", "maya.rossi2@example.org"), texts(answer.body()
                .path("candidates"), "email"));
        var many = bed.get("instructors/a");
        assertEquals(10, many.body().path("candidates").size());
        assertTrue(many.detail().contains("first 10"), many.detail());
    }

    @Test
    void whoIsNotThereIsToldWhatToTry() {
        assertTrue(bed.get("instructors/Amaro").detail().contains("Amara Adeyemi"), bed.get("instructors/Amaro")
                .detail());
        assertEquals(404, bed.get("instructors/nobody@example.com").status());
        assertEquals(404, bed.get("instructors/ins_0").status());
        assertEquals(404, bed.get("instructors/%27%20OR%201%3D1%20--").status());
        assertEquals(404, bed.get("instructors/100%25").status());
        var loud = bed.get("instructors/" + "q".repeat(200));
        assertTrue(loud.detail().length() < 200, loud.detail());
    }

    @Test
    void searchesAddUpOverTheWindow() {
        var all = bed.get("search/top-queries?start_date=2025-12-01&end_date=2026-04-15&limit=100").body();
        assertEquals(3600, all.path("total_searches").asInt());
        assertEquals("piano lessons", all.path("items").get(0).path("query").asString());
        var sum = 0;
        for (var item : all.path("items")) {
            sum += item.path("searches").asInt();
            assertEquals(Math.round(1000.0 * item.path("bookings").asInt() / item.path("searches").asInt()) / 1000.0,
                    item.path("conversion_rate").asDouble());
        }
        assertEquals(3600, sum);
        var first = bed.get("search/top-queries?start_date=2025-12-01&end_date=2026-03-01").body()
                .path("total_searches").asInt();
        var second = bed.get("search/top-queries?start_date=2026-03-02&end_date=2026-04-15").body()
                .path("total_searches").asInt();
        assertEquals(3600, first + second);
        var month = bed.get("search/top-queries").body();
        assertEquals("{\"start_date\":\"2026-03-17\",\"end_date\":\"2026-04-15\"}", month.path("window").toString());
        assertEquals(10, month.path("items").size());
        assertTrue(bed.get("search/top-queries?start_date=2020-01-01&end_date=2020-02-01").body()
                .path("conversion_rate").isNull());
    }

    @Test
    void zeroResultsAreSupplyGaps() {
        var gaps = bed.get("search/zero-results?start_date=2025-12-01").body();
        assertEquals("pickleball lessons", gaps.path("items").get(0).path("query").asString());
        assertEquals("Sports & Fitness", gaps.path("items").get(0).path("nearest_category").asString());
        assertFalse(texts(gaps.path("items"), "query").contains("piano lessons"));
        assertEquals(bed.rows("SELECT count(*) FROM search WHERE results = 0").getFirst().getFirst(),
                gaps.path("zero_result_searches").asString());
    }

    @Test
    void metricsAreDefinedWhateverTheSpelling() {
        for (var name : List.of("GMV", "gmv", "Take-Rate", "take%20rate", "search_conversion_rate")) {
            assertEquals(200, bed.get("metrics/" + name).status(), name);
        }
        assertEquals(0.65, bed.get("metrics/founding_fill_rate").body().path("last_30_days").path("value").asDouble());
        assertEquals(0.15, bed.get("metrics/take_rate").body().path("last_30_days").path("value").asDouble(), 0.001);
        assertTrue(bed.get("metrics/luck").detail().contains("take_rate"));
    }

    @Test
    void theSameMomentMakesTheSameData() throws IOException {
        try (var twin = new Bed()) {
            for (var table : List.of("instructor", "invitation", "search", "booking", "category")) {
                assertEquals(bed.rows("SELECT * FROM " + table), twin.rows("SELECT * FROM " + table));
            }
        }
        assertEquals("0", bed.rows("SELECT count(*) FROM instructor WHERE email NOT LIKE '%@example.%'").getFirst()
                .getFirst());
    }
}
