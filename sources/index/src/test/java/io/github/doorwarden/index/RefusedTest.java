package io.github.doorwarden.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;

/// What was refused is left in peace for an hour, and is news once.
class RefusedTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final Refused refused = new Refused(now::get);

    private static Query of(String... ids) {
        return new TermInSetQuery("id", Stream.of(ids).map(BytesRef::new).toList());
    }

    @Test
    void itIsTriedAgainAfterAnHourAndIsNewsOnce() {
        assertTrue(refused.add("a"));
        now.addAndGet(Limits.REFUSED.toNanos() - 1);
        assertTrue(refused.add("b"));
        assertEquals(of("a", "b"), refused.query("id"));
        now.incrementAndGet();
        assertEquals(of("b"), refused.query("id"));
        assertFalse(refused.add("a"));
        assertEquals(of("a", "b"), refused.query("id"));
    }

    @Test
    void whatChangedIsNewsAgain() {
        refused.add("a");
        refused.forget("a");
        assertEquals(of(), refused.query("id"));
        assertTrue(refused.add("a"));
    }
}
