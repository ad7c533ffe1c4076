package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The two tables of the log against plain lists. */
@DisplayName("Of the log")
class TermTableTest {

    @Test
    @DisplayName("the table of terms knows what a list of all terms knows")
    void knowsTerms() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            long base = random.nextInt(4);
            List<Long> terms = new ArrayList<>(List.of(base == 0 ? 0L : 1L));
            TermTable table =
                    new TermTable(new LogPosition(base, terms.get(0)), new LogPosition(base, terms.get(0)), List.of());

            for (int i = 0; i < 60; i++) {
                change(random, base, terms, table);
                compare(base, terms, table);
            }
        }
    }

    private static void change(Random random, long base, List<Long> terms, TermTable table) {
        if (terms.size() > 1 && random.nextInt(4) == 0) {
            int keep = 1 + random.nextInt(terms.size() - 1);
            terms.subList(keep, terms.size()).clear();
            table.truncateFrom(base + keep);
        } else {
            long term = Math.max(1, terms.get(terms.size() - 1)) + random.nextInt(3) / 2;
            long first = base + terms.size();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                terms.add(term);
            }
            table.append(first, new LogPosition(first + count - 1, term));
        }
    }

    private static void compare(long base, List<Long> terms, TermTable table) {
        long last = base + terms.size() - 1;
        assertThat(table.lastPosition()).isEqualTo(new LogPosition(last, terms.get(terms.size() - 1)));
        assertThat(table.covers(last + 1)).isFalse();
        for (long index = base; index <= last; index++) {
            long term = terms.get((int) (index - base));
            assertThat(table.termAt(index)).isEqualTo(term);
            assertThat(table.contains(new LogPosition(index, term))).isTrue();
            assertThat(table.contains(new LogPosition(index, term + 1))).isFalse();
        }
        for (long index = base; index <= last + 2; index++) {
            for (long term = terms.get(0); term <= terms.get(terms.size() - 1) + 1; term++) {
                assertThat(table.lastPositionWithin(index, term)).isEqualTo(naiveWithin(base, terms, index, term));
            }
        }
    }

    private static LogPosition naiveWithin(long base, List<Long> terms, long index, long term) {
        long found = Math.min(index, base + terms.size() - 1);
        while (found > base && terms.get((int) (found - base)) > term) {
            found--;
        }
        return new LogPosition(found, terms.get((int) (found - base)));
    }

    @Test
    @DisplayName("the newest entries are held up to a number of bytes, and all that are not durable")
    void holdsTheNewest() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RecentEntries recent = new RecentEntries(300);
            List<String> all = new ArrayList<>();
            long durable = 0;
            for (int i = 0; i < 100; i++) {
                if (all.size() > durable && random.nextInt(5) == 0) {
                    int keep = (int) durable + random.nextInt(all.size() - (int) durable);
                    if (recent.holds(keep + 1L)) {
                        all.subList(keep, all.size()).clear();
                        recent.truncateFrom(keep + 1L);
                    }
                } else {
                    append(random, recent, all);
                }
                durable += random.nextInt(all.size() - (int) durable + 1);
                recent.trim(durable);
                check(recent, all, durable);
            }
        }
    }

    private static void append(Random random, RecentEntries recent, List<String> all) {
        String[] commands = new String[1 + random.nextInt(3)];
        long first = all.size() + 1L;
        for (int i = 0; i < commands.length; i++) {
            commands[i] = "x".repeat(random.nextInt(20));
            all.add(commands[i]);
        }
        recent.append(Setup.run(first, 1, commands));
    }

    private static void check(RecentEntries recent, List<String> all, long durable) {
        long lowest = 1;
        while (lowest <= all.size() && !recent.holds(lowest)) {
            lowest++;
        }
        assertThat(lowest).as("holds what is not durable").isLessThanOrEqualTo(durable + 1);
        assertThat(recent.holds(all.size() + 1L)).isFalse();
        if (lowest > all.size()) {
            return;
        }
        List<EntryRun> runs = recent.from(lowest, Long.MAX_VALUE);
        assertThat(runs.stream().mapToLong(EntryRun::sizeBytes).sum()).isEqualTo(recent.bytes());
        assertThat(recent.bytes() <= 300 || runs.get(0).lastIndex() > durable)
                .as("holds no more than it must")
                .isTrue();
        long index = lowest;
        for (EntryRun run : runs) {
            for (; index <= run.lastIndex(); index++) {
                assertThat(run.payloadBytes(index))
                        .isEqualTo(all.get((int) index - 1).length());
            }
        }
        assertThat(index).isEqualTo(all.size() + 1L);
        assertThat(recent.covering(1, all.size()).get(0).firstIndex()).isEqualTo(lowest);
        assertThat(recent.covering(lowest, lowest)).hasSize(1);
    }
}
