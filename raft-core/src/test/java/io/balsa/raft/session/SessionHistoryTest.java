package io.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("In a random history of sessions")
class SessionHistoryTest {

    private static final SessionLimits SMALL = new SessionLimits(5, 6, 14, 40, 60);
    private static final int ENTRIES = 3_000;

    @ParameterizedTest(name = "seed {0}")
    @DisplayName("a table that was restored from a snapshot answers as one that never was")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesSnapshots(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        TableDriver straight = new TableDriver(SMALL);
        TableDriver restored = new TableDriver(SMALL);
        History history = new History(random);

        for (int entry = 0; entry < ENTRIES; entry++) {
            int skipped = random.nextInt(4);
            byte[] payload = history.next(straight.index + skipped + 1);
            straight.skip(skipped);
            SessionAnswer expected = straight.applyBytes(payload);
            if (random.nextInt(10) == 0) {
                restored = restart(restored);
            }
            restored.skip(skipped);
            SessionAnswer actual = restored.applyBytes(payload);

            assertThat(actual.encode()).as("entry %d, seed %d", entry, seed).isEqualTo(expected.encode());
        }

        assertThat(restored.ran).isEqualTo(straight.ran);
        assertThat(written(restored.table)).isEqualTo(written(straight.table));
        assertThat(restored.table.keptCount()).isEqualTo(straight.table.keptCount());
        assertThat(restored.table.keptBytes()).isEqualTo(straight.table.keptBytes());
    }

    @ParameterizedTest(name = "seed {0}")
    @DisplayName("a table does what a slow and simple one does, within its limits, and every kind of answer is given")
    @ValueSource(longs = {11, 12, 13, 14})
    void doesWhatTheModelDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TableDriver driver = new TableDriver(SMALL);
        Model model = new Model();
        History history = new History(random);
        Map<String, Integer> kinds = new TreeMap<>();

        for (int entry = 0; entry < ENTRIES; entry++) {
            driver.skip(random.nextInt(4));
            byte[] payload = history.next(driver.index + 1);
            int ranBefore = driver.ran.size();
            String actual = TableDriver.said(driver.applyBytes(payload));
            String expected = model.apply(driver.index, SessionRequest.decode(ByteBuffer.wrap(payload)));

            assertThat(actual).as("entry %d, seed %d", entry, seed).isEqualTo(expected);
            assertThat(driver.ran.size() > ranBefore).isEqualTo(actual.startsWith("first"));
            assertThat(driver.table.size()).isEqualTo(model.sessions.size()).isLessThanOrEqualTo(SMALL.maxSessions());
            assertThat(driver.table.keptCount()).isLessThanOrEqualTo(SMALL.maxUnacknowledgedInAll());
            assertThat(driver.table.keptBytes()).isLessThanOrEqualTo(SMALL.maxResultBytesInAll());
            kinds.merge(
                    actual.replaceAll("[ \\[]?[0-9].*", "").replaceAll("\\[(index|session)=.*", ""), 1, Integer::sum);
        }

        assertThat(kinds.toString())
                .contains("first", "again", "Opened", "KeptAlive", "Closed", "ResultDropped")
                .contains("SESSION_EXPIRED", "ALREADY_ACKNOWLEDGED", "SEQUENCE_REUSED", "TOO_MANY_UNACKNOWLEDGED");
        assertThat(driver.table.evicted()).isPositive();
        assertThat(driver.table.expired()).isPositive();
    }

    private static TableDriver restart(TableDriver before) throws IOException {
        byte[] section = written(before.table);
        SessionTable table = SessionTable.readFrom(new DataInputStream(new ByteArrayInputStream(section)), SMALL);
        assertThat(written(table)).isEqualTo(section);
        TableDriver after = new TableDriver(table);
        after.index = before.index;
        after.ran.addAll(before.ran);
        return after;
    }

    private static byte[] written(SessionTable table) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.capture().writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** What clients might say: most of it sensible, some of it late, repeated or wrong. */
    private static final class History {

        private final SplittableRandom random;
        private final List<Long> ids = new ArrayList<>();
        private final Map<Long, Long> sent = new TreeMap<>();

        History(SplittableRandom random) {
            this.random = random;
        }

        byte[] next(long index) {
            int die = random.nextInt(100);
            if (ids.isEmpty() || die < 5) {
                ids.add(index);
                return new SessionRequest.Open(1 + random.nextInt(60)).encode();
            }
            long id = ids.get(Math.max(0, ids.size() - 1 - random.nextInt(7)));
            if (die < 10) {
                return new SessionRequest.KeepAlive(id, random.nextLong(sent.getOrDefault(id, 0L) + 1)).encode();
            }
            if (die < 11) {
                return new SessionRequest.Close(id).encode();
            }
            long newest = sent.getOrDefault(id, 0L);
            long sequence = Math.max(1, newest + 1 - (random.nextInt(2) == 0 ? 0 : random.nextInt(6)));
            sequence += random.nextInt(30) == 0 ? 9 : 0;
            sent.put(id, Math.max(newest, Math.min(sequence, newest + 1)));
            long acknowledged = Math.max(0, sequence - 1 - random.nextInt(8));
            String command = "x".repeat((int) (sequence * 7 % 23)) + (random.nextInt(40) == 0 ? "other" : "");
            ByteBuffer bytes = ByteBuffer.wrap((id + "." + sequence + command).getBytes(StandardCharsets.UTF_8));
            return new SessionRequest.Command(id, sequence, acknowledged, bytes).encode();
        }
    }

    /** The same rules, written down without any thought of speed. */
    private static final class Model implements SessionRequest.Handler<String> {

        private static final class One {
            long expiry;
            long used;
            long acknowledged;
            final Map<Long, Ran> kept = new TreeMap<>();

            int bytes() {
                return kept.values().stream()
                        .mapToInt(ran -> ran.result().length())
                        .sum();
            }
        }

        /** A command that was run; its result is empty if that was dropped. */
        private record Ran(String command, long index, String result) {}

        final Map<Long, One> sessions = new TreeMap<>();
        private long index;
        private int ran;

        String apply(long at, SessionRequest request) {
            index = at;
            sessions.values().removeIf(session -> index - session.used > session.expiry);
            return request.dispatch(this);
        }

        @Override
        public String onOpen(SessionRequest.Open request) {
            if (sessions.size() == SMALL.maxSessions()) {
                long oldest = sessions.values().stream()
                        .mapToLong(session -> session.used)
                        .min()
                        .orElseThrow();
                sessions.values().removeIf(session -> session.used == oldest);
            }
            One opened = new One();
            opened.expiry = request.expiryEntries();
            opened.used = index;
            sessions.put(index, opened);
            return new SessionAnswer.Opened(index).toString();
        }

        @Override
        public String onKeepAlive(SessionRequest.KeepAlive request) {
            One session = use(request.session(), request.acknowledgedUpTo());
            return session == null ? refused(SessionRefusal.SESSION_EXPIRED) : new SessionAnswer.KeptAlive().toString();
        }

        @Override
        public String onClose(SessionRequest.Close request) {
            return sessions.remove(request.session()) == null
                    ? refused(SessionRefusal.SESSION_EXPIRED)
                    : new SessionAnswer.Closed().toString();
        }

        @Override
        public String onCommand(SessionRequest.Command request) {
            One session = use(request.session(), request.acknowledgedUpTo());
            if (session == null) {
                return refused(SessionRefusal.SESSION_EXPIRED);
            }
            long sequence = request.sequence();
            String command =
                    StandardCharsets.UTF_8.decode(request.command().duplicate()).toString();
            Ran first = session.kept.get(sequence);
            if (first != null) {
                if (!command.equals(first.command())) {
                    return refused(SessionRefusal.SEQUENCE_REUSED);
                }
                return first.result().isEmpty()
                        ? new SessionAnswer.ResultDropped(first.index(), TableDriver.TERM).toString()
                        : "again " + first.index() + "/" + TableDriver.TERM + " " + first.result();
            }
            if (sequence <= session.acknowledged) {
                return refused(SessionRefusal.ALREADY_ACKNOWLEDGED);
            }
            if (sequence - session.acknowledged > SMALL.maxUnacknowledged()
                    || kept() >= SMALL.maxUnacknowledgedInAll()) {
                return refused(SessionRefusal.TOO_MANY_UNACKNOWLEDGED);
            }
            String result = ++ran + ":" + command;
            boolean fits = session.bytes() + result.length() <= SMALL.maxResultBytes()
                    && bytes() + result.length() <= SMALL.maxResultBytesInAll();
            session.kept.put(sequence, new Ran(command, index, fits ? result : ""));
            return "first " + index + "/" + TableDriver.TERM + " " + result;
        }

        private @Nullable One use(long id, long acknowledgedUpTo) {
            One session = sessions.get(id);
            if (session != null) {
                session.used = index;
                session.acknowledged = Math.max(session.acknowledged, acknowledgedUpTo);
                session.kept.keySet().removeIf(sequence -> sequence <= session.acknowledged);
            }
            return session;
        }

        private int kept() {
            return sessions.values().stream()
                    .mapToInt(session -> session.kept.size())
                    .sum();
        }

        private int bytes() {
            return sessions.values().stream().mapToInt(One::bytes).sum();
        }

        private static String refused(SessionRefusal reason) {
            return TableDriver.refused(reason).toString();
        }
    }
}
